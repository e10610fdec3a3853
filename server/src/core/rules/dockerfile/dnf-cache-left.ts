import { type CacheLeft, cachesLeft, cleanAtTheEnd } from '../../analysis/layers/cache-left';
import { dockerfileRule } from '../../rule';
import { managerCommand } from '../../shell/packages';

export const dnfCacheLeft = dockerfileRule({
  meta: {
    id: 'dnf-cache-left',
    category: 'size',
    severity: 'warning',
    since: '0.2.0',
    aliases: ['DL3032', 'DL3036', 'DL3040'],
    fix: 'safe',
    summary: '`dnf`, `yum`, `microdnf` and `zypper` leave what they know of their repositories in the layer',
    why: `To install one package, these tools download the description of every package of every repository and turn it into a
database of their own: with Fedora and Red Hat's family some 100 MB or more in \`/var/cache\`, with openSUSE tens of
megabytes. It ages within days, and nothing in an image reads it: it only makes the layer larger, and every pull and push
with it.

\`dnf clean all\` (\`zypper clean --all\`) takes it out, in the RUN that fetched it. In a later RUN it hides the files and
frees nothing. Plimsoll is quiet where a cache mount keeps them out of the layer
(\`RUN --mount=type=cache,target=/var/cache/dnf,sharing=locked …\`), where the RUN removes the folder in another way, and in
stages that are thrown away.`,
    sources: [
      'https://dnf.readthedocs.io/en/latest/command_ref.html#clean-command',
      'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
    ],
  },
  examples: [
    {
      before: 'FROM fedora:41\nRUN «dnf install» -y nginx\nCMD ["nginx", "-g", "daemon off;"]\n',
      after:
        'FROM fedora:41\nRUN dnf install -y nginx && dnf clean all\nCMD ["nginx", "-g", "daemon off;"]\n',
    },
    {
      title: 'The small one of Red Hat’s base images',
      before:
        'FROM registry.access.redhat.com/ubi9/ubi-minimal\nRUN «microdnf install» -y python3 \\\n    shadow-utils\n',
      after:
        'FROM registry.access.redhat.com/ubi9/ubi-minimal\nRUN microdnf install -y python3 \\\n    shadow-utils \\\n    && microdnf clean all\n',
    },
    {
      title: 'openSUSE',
      before: 'FROM opensuse/leap:15.6\nRUN «zypper --non-interactive install» git\n',
      after: 'FROM opensuse/leap:15.6\nRUN zypper --non-interactive install git && zypper clean --all\n',
    },
    {
      title: 'A cache mount keeps it out of the layer',
      before:
        'FROM fedora:41\nRUN --mount=type=cache,target=/var/cache/libdnf5,sharing=locked dnf install -y nginx\n',
    },
  ],
  *check(file, context) {
    for (const left of cachesLeft(file, context, 'dnf cache', 'yum cache', 'zypper cache')) {
      const { writer } = left;
      yield {
        at: managerCommand(writer)?.verbSpan ?? writer.span,
        message: `${writer.name} keeps what it knows of its repositories${left.size} in this layer, which nothing reads again`,
        ...(left.evidence ? { evidence: left.evidence } : {}),
        fixes: () => cleanAtTheEnd(file, left, cleaner(left)),
      };
    }
  },
});

function cleaner({ writer }: CacheLeft): string {
  return writer.name === 'zypper' ? 'zypper clean --all' : `${writer.name} clean all`;
}
