import { WORTH_PARTING } from '../../analysis/roles/roles';
import { offeredSeparations, parts, type Separation } from '../../analysis/roles/separation';
import { isRefusal, type SameBuilds, sameBuilds, shareBuild } from '../../analysis/services/shared-build';
import type { Compose } from '../../compose/model';
import type { Fix } from '../../finding';
import type { BuildTarget } from '../../project/workspace';
import { composeRule } from '../../rule';

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
images differently want it so: Plimsoll is quiet about both. Where the services are of different roles and carry heavy
packages for each other, an image for each role is better than one for all: \`one-image-for-all-roles\` says so.`,
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
  *check(file, { workspace, engine }) {
    const groups = sameBuilds(file);
    const apart = groups.length === 0 ? [] : offeredSeparations(file, workspace, engine).filter(isWorthIt);
    for (const group of groups) {
      const services = [group.builder, ...group.others].map(it => it.service);
      if (apart.some(it => services.some(one => services.some(other => parts(it, one, other))))) continue;
      const { builder, others } = group;
      let fixes: Fix[] | undefined;
      // Each of them is offered the one change of all.
      const shared = () => {
        fixes ??= sharing(file, group, groups.length, workspace.targets);
        return fixes;
      };
      for (const service of others) {
        yield {
          at: service.own ? service.build.entry.key.span : service.service.name.span,
          message: `${service.service.name.text} builds the image of ${builder.service.name.text} again: ${others.length + 1} builds and ${others.length + 1} images of the same`,
          related: [
            { at: builder.build.entry.key.span, message: `${builder.service.name.text} builds it first` },
          ],
          fixes: shared,
          conversions: ['share-one-image'],
        };
      }
    }
  },
});

function isWorthIt({ gain }: Separation): boolean {
  return (gain?.bytes ?? 0) >= WORTH_PARTING;
}

/** Services that the title of a fix names one by one. */
const MOST_NAMES = 8;

function sharing(file: Compose, group: SameBuilds, groups: number, targets: readonly BuildTarget[]): Fix[] {
  const shared = shareBuild(file, group, groups, targets);
  if (isRefusal(shared)) return [];
  const names = group.others.map(({ service }) => service.name.text);
  const others = names.length > MOST_NAMES ? `${names.length} other services` : names.join(', ');
  const title = `Share the image ${shared.image} of ${group.builder.service.name.text} with ${others}`;
  return [{ title, safety: 'unsafe', edits: [...shared.naming, ...shared.replacing] }];
}
