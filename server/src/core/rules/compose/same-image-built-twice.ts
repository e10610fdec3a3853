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

Where an anchor brings one \`build\` to all of them, \`image\` is written beside it: they are then builds of one name,
and all but the first find every layer in the cache.

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
  /** False where the build comes from a merge key or `extends`. */
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
    const one = { service, build, node, own: isOwn(node, build.entry) };
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
  const named = builder.service.image ? [] : naming(file, builder, others, image);
  const replaced = others.map(other => sharedBy(file, builder, other, image));
  if (!named || !replaced.every(edits => edits !== undefined)) return [];
  const title = `Share the image ${image} of ${builder.service.name.text} with ${listed(others)}`;
  return [{ title, safety: 'unsafe', edits: [...named, ...replaced.flat()] }];
}

function listed(others: readonly Builder[]): string {
  return others.map(({ service }) => service.name.text).join(', ');
}

/**
 * Writes the name beside the builder's `build`, wherever that stands. Undefined where a service that makes another
 * image would take the name over too.
 */
function naming(
  file: Compose,
  builder: Builder,
  others: readonly Builder[],
  image: string,
): readonly Edit[] | undefined {
  const group = new Set([builder, ...others].map(({ service }) => service));
  const takesOver = (it: Service) =>
    !group.has(it) && !it.image && it.node.entries.some(entry => entry.merged);
  const holder = builder.own ? builder.node : holderOf(file, builder.build);
  if (!holder || file.services.some(takesOver)) return undefined;
  return setAt(file, holder, ['image'], image, ['build']);
}

/** The mapping that a build stands in which merge keys or `extends` bring to services. */
function holderOf(file: Compose, build: Build): Mapping | undefined {
  const start = build.entry.key.span.start;
  const fragments = (file.root?.entries ?? []).filter(entry => entry.key.text.startsWith('x-'));
  return [...fragments, ...file.services.map(it => it.entry)]
    .map(entry => entry.value)
    .filter(value => value?.kind === 'mapping')
    .find(mapping => mapping.entries.some(it => isOwn(mapping, it) && it.key.span.start === start));
}

/** Puts the name in the place of the build; one that has the builder's own `build` has the name beside it already. */
function sharedBy(
  file: Compose,
  builder: Builder,
  { service, node, build, own }: Builder,
  image: string,
): readonly Edit[] | undefined {
  const isSame = build.entry.key.span.start === builder.build.entry.key.span.start;
  if (isSame && !builder.service.image) return [];
  if (!own) return undefined;
  const isLocal = !image.includes('/') && !nodeAt(service.node, 'pull_policy');
  return replaceEntry(file, node, build.entry, isLocal ? { image, pull_policy: 'never' } : { image });
}

/**
 * Named as Compose names the project: by `name`, else by the folder. Where neither is known the project's own name
 * is filled in by Compose, so that two projects on one host never take each other's image.
 */
function imageName(file: Compose, { service }: Builder, groups: number): string {
  const folder = file.path.split('/').at(-2) ?? '';
  const given = scalarAt(file.root, 'name')?.text ?? folder;
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
