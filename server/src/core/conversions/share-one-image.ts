import { isRefusal, type SameBuilds, sameBuilds, shareBuild } from '../analysis/services/shared-build';
import type { Compose } from '../compose/model';
import { decline } from '../decline';
import type { NotOffered, Offer } from '../finding';
import type { BuildTarget } from '../project/workspace';
import { composeConversion } from '../rule';
import type { Edit } from '../text/edit';
import { listed } from '../text/sentence';

export const shareOneImage = composeConversion({
  meta: {
    id: 'share-one-image',
    title: 'Build the image once and share it',
    since: '0.2.0',
    summary:
      'One service builds and names the image that several services build each for itself; the others use it',
    safety: 'unsafe',
    why: `A web server, its worker and its scheduler with the same \`build\` are three builds and three images: the context
is sent three times, the layers are exported three times, and a registry or a host that has to load them gets three. One
team's four services of 662 MB each became one image, built in a quarter of the time.

The first service that always starts keeps \`build\` and gets \`image\`, named after the project. The others get the same
\`image\` in place of \`build\`, and \`pull_policy: never\` where the name has no registry in it, so that Compose does not
look for somebody's image of that name on Docker Hub. Commands, environment, ports, order and comments stay.

Look at the image's name. Scripts that build one service by its name must name the one that builds from now on. Where
the image has a \`HEALTHCHECK\` that only fits the web server, the rule \`shared-image-healthcheck\` says so.`,
    sources: [
      'https://docs.docker.com/reference/compose-file/build/#using-build-and-image',
      'https://docs.docker.com/reference/compose-file/services/#pull_policy',
    ],
  },
  examples: [
    {
      title: 'Web, worker and scheduler of one code base',
      path: 'mikrom/docker-compose.yml',
      before: `services:
  app:
    build:
      context: .
      dockerfile: Dockerfile
    ports:
      - "8000:8000"

  # takes the jobs
  worker:
    build:
      context: .
      dockerfile: Dockerfile
    command: celery -A mikrom.celery_app worker
`,
      after: {
        'mikrom/docker-compose.yml': `services:
  app:
    build:
      context: .
      dockerfile: Dockerfile
    image: mikrom:latest
    ports:
      - "8000:8000"

  # takes the jobs
  worker:
    image: mikrom:latest
    pull_policy: never
    command: celery -A mikrom.celery_app worker
`,
      },
    },
    {
      title: 'Another target makes another image',
      before: `services:
  app:
    build: .
  worker:
    build:
      context: .
      target: worker
`,
      declined: 'no two services build the same image, each for itself',
    },
  ],
  offers(compose, { workspace: { targets } }) {
    const groups = sameBuilds(compose);
    if (groups.length === 0) return [decline('no-shared-build')];
    return groups.map(group => offerFor(compose, group, groups.length, targets));
  },
});

function offerFor(
  compose: Compose,
  group: SameBuilds,
  groups: number,
  targets: readonly BuildTarget[],
): Offer | NotOffered {
  const { builder, others } = group;
  const { name, entry } = builder.service;
  const shared = shareBuild(compose, group, groups, targets);
  if (isRefusal(shared))
    return decline('stays-as-it-is', { name: name.text, reason: shared.refused }, builder.build.entry.span);
  const names = listed(others.map(({ service }) => service.name.text));
  const explained = (edits: readonly Edit[], because: string) => edits.map(edit => ({ ...edit, because }));
  return {
    kind: 'offer',
    at: entry.span,
    subject: name.text,
    changes: () => [
      {
        kind: 'edit',
        path: compose.path,
        edits: [
          ...explained(
            shared.naming,
            `The image that ${name.text} builds gets a name, by which ${names} can use it`,
          ),
          ...explained(
            shared.replacing,
            `Uses the image of ${name.text}: one build in place of ${others.length + 1}`,
          ),
        ],
      },
    ],
  };
}
