import { canonicalBuild, isPartial } from '../../compose/canonical';
import { isOwn, replaceEntry, setAt } from '../../compose/edit';
import type { Build, Compose, Mapping, Service } from '../../compose/model';
import { nodeAt, scalarAt } from '../../compose/query';
import { composeRule, type Fix } from '../../rule';
import type { Edit } from '../../text/edit';

export const sameImageBuiltTwice = composeRule({
  meta: {
    id: 'same-image-built-twice',
    category: 'speed',
    severity: 'warning',
    since: '0.1.0',
    fix: 'unsafe',
    fixRisk:
      'The image gets a name that you may want to choose. Services that no longer build need the one that does: after a change run `docker compose build` (or `up --build`) without naming just one of them.',
    summary: 'Several services build the same image, each for itself',
    why: `Compose names the image that it builds after the service. Four services with the same \`build\` are four builds
and four images: the context is sent four times, the layers are exported and tagged four times, CI pushes four
repositories and every host pulls them. They drift apart, too: \`docker compose build app\` leaves the worker on the
code of yesterday.

One team's four services (web, worker, scheduler, dashboard) of 662 MB each were listed with 2.6 GB and took 27 minutes
to build from scratch; with one that builds and names the image, and three that use it, 662 MB and 7 minutes.

The first service keeps \`build\` and gets \`image\`; the others get the same \`image\` and lose \`build\`. Where the name has
no registry in it they also get \`pull_policy: never\`: otherwise Compose would look for somebody's image of that name on
Docker Hub before it builds its own.

Services with another target, other arguments or another platform build other images, and services that name their
images differently want it so: Plimsoll is quiet about both.`,
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
  worker:
    «build»:
      context: .
      dockerfile: Dockerfile
    command: celery -A mikrom.celery_app worker
  beat:
    «build»: .
    command: celery -A mikrom.celery_app beat
`,
      after: `services:
  app:
    build:
      context: .
      dockerfile: Dockerfile
    image: mikrom:latest
    ports:
      - "8000:8000"
  worker:
    image: mikrom:latest
    pull_policy: never
    command: celery -A mikrom.celery_app worker
  beat:
    image: mikrom:latest
    pull_policy: never
    command: celery -A mikrom.celery_app beat
`,
    },
    {
      title: 'One service names the image already',
      before: `services:
  app:
    build: .
    image: ghcr.io/example/shop:1.4
  worker:
    «build»: .
    command: celery worker
`,
      after: `services:
  app:
    build: .
    image: ghcr.io/example/shop:1.4
  worker:
    image: ghcr.io/example/shop:1.4
    command: celery worker
`,
    },
    {
      title: 'Another target or other arguments make another image',
      before: `services:
  app:
    build: .
  worker:
    build:
      context: .
      target: worker
  reports:
    build:
      context: .
      args:
        EXTRAS: pdf
`,
    },
  ],
  *check(file) {
    const groups = groupsOf(file);
    for (const group of groups) {
      const { builder, others } = group;
      for (const service of others) {
        yield {
          at: service.own ? service.build.entry.key.span : service.service.name.span,
          message: `${service.service.name.text} builds the image of ${builder.service.name.text} again: ${others.length + 1} builds and ${others.length + 1} images of the same`,
          related: [
            { at: builder.build.entry.key.span, message: `${builder.service.name.text} builds it first` },
          ],
          fixes: () => sharing(file, group, groups.length),
          conversions: ['share-one-image'],
        };
      }
    }
  },
});

interface Builder {
  readonly service: Service;
  readonly build: Build;
  /** The mapping that the service's own keys stand in. */
  readonly node: Mapping;
  /** False where the build comes from an anchor, a merge key or `extends`. */
  readonly own: boolean;
}

/** Services that make the same image: the one that goes on building, and those that need not. */
interface Group {
  readonly builder: Builder;
  readonly others: readonly Builder[];
}

function groupsOf(file: Compose): Group[] {
  const groups = new Map<string, Builder[]>();
  for (const service of file.services) {
    const { build, entry } = service;
    const key = build && keyOf(service, build);
    if (!build || key === undefined || entry.value?.kind !== 'mapping') continue;
    const node = entry.value;
    const one = { service, build, node, own: isOwn(node, build.entry) && !build.entry.aliased };
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap(groupOf);
}

/** What decides which image a service builds; undefined where nobody can tell. */
function keyOf({ node, complete, entry }: Service, build: Build): string | undefined {
  if (!complete || entry.tag !== undefined || build.entry.tag !== undefined || isPartial(build))
    return undefined;
  const same = canonicalBuild(build);
  return same && `${scalarAt(node, 'platform')?.text ?? ''} ${same}`;
}

function groupOf(all: readonly Builder[]): Group[] {
  const names = new Set(all.flatMap(({ service }) => service.image?.text ?? []));
  if (names.size > 1) return [];
  const candidates = all.filter(({ service }) => names.size === 0 || service.image !== undefined);
  const builder = candidates.find(({ service }) => service.profiles.length === 0) ?? candidates[0];
  if (!builder) return [];
  const others = all.filter(
    it => it !== builder && !it.service.image && runsWith(builder.service, it.service),
  );
  return others.length > 0 ? [{ builder, others }] : [];
}

/** True where the builder is started whenever the other is. */
function runsWith(builder: Service, other: Service): boolean {
  const { profiles } = builder;
  if (profiles.length === 0) return true;
  return other.profiles.length > 0 && other.profiles.every(name => profiles.includes(name));
}

function sharing(file: Compose, { builder, others }: Group, groups: number): Fix[] {
  const image = builder.service.image?.text ?? imageName(file, builder, groups);
  const edits: Edit[] = [];
  if (!builder.service.image) {
    const named = builder.own ? setAt(file, builder.node, ['image'], image, ['build']) : undefined;
    if (!named) return [];
    edits.push(...named);
  }
  for (const { node, build, own, service } of others) {
    const isLocal = !image.includes('/') && !nodeAt(service.node, 'pull_policy');
    const pairs = isLocal ? { image, pull_policy: 'never' } : { image };
    const replaced = own ? replaceEntry(file, node, build.entry, pairs) : undefined;
    if (!replaced) return [];
    edits.push(...replaced);
  }
  const users = others.map(({ service }) => service.name.text).join(', ');
  return [
    {
      title: `Build ${image} once in ${builder.service.name.text}, use it in ${users}`,
      safety: 'unsafe',
      edits,
    },
  ];
}

/**
 * Named as Compose names the project: by `name`, else by the folder. Where neither is known the project's own name
 * is filled in by Compose, so that two projects on one host never take each other's image.
 */
function imageName(file: Compose, { service }: Builder, groups: number): string {
  const folder = file.path.split('/').at(-2) ?? '';
  const given = scalarAt(file.root, 'name')?.text ?? folder;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's own syntax.
  const project = /^[\w. -]+$/.test(given) ? asImageName(given) : '${COMPOSE_PROJECT_NAME}';
  const isTaken = (name: string) => file.services.some(({ image }) => image?.text === name);
  const short = `${project}:latest`;
  return groups > 1 || isTaken(short) ? `${project}-${asImageName(service.name.text)}:latest` : short;
}

/** Lower case, and separators only between letters and digits, as image names must be. */
function asImageName(name: string): string {
  const parts = name.toLowerCase().split(/[^a-z0-9]+/);
  return parts.filter(part => part !== '').join('-') || 'app';
}
