import { isWhole } from '../analysis/services/service-kind';
import { setAt } from '../compose/edit';
import type { Compose } from '../compose/model';
import { decline, type Reason, reason } from '../decline';
import type { NotOffered, Offer } from '../finding';
import type { WorkspaceFacts } from '../project/workspace';
import { composeConversion } from '../rule';
import { dependantOf } from './service-profiles/dependants';
import { type OptionalService, optionalServices } from './service-profiles/optional-service';

export const serviceProfiles = composeConversion({
  meta: {
    id: 'service-profiles',
    title: 'Start it only when it is asked for',
    since: '0.2.0',
    summary: 'An optional service that nothing else needs goes behind a Compose profile',
    safety: 'unsafe',
    why: `\`docker compose up\` starts every service that has no profile: the database browser, the notebook, the dashboard
and the one service with a gigabyte of scientific packages run, restart and take memory on a host that may never ask for
them. Behind a profile a service is started when somebody names it: \`docker compose --profile tools up -d\`, or
\`COMPOSE_PROFILES=tools\` in \`.env\`.

Offered for services that are known to be optional and that nothing else needs: no \`depends_on\`, link or shared network,
no address in another service's environment or command nor in the files beside. The tools are known by their images or
commands, a dashboard by a name that says it is for staff beside a service that publishes the system itself, and a heavy
service by the packages that its image installs, where most others are light.

Look at programs that call the service by an address in their code. One that is running goes on until it is stopped:
\`docker compose down\` leaves out services whose profile it is not given.`,
    sources: [
      'https://docs.docker.com/compose/how-tos/profiles/',
      'https://docs.docker.com/reference/compose-file/services/#profiles',
    ],
  },
  examples: [
    {
      title: 'A database browser',
      before: `services:
  api:
    build: .
    depends_on: [db]
  db:
    image: postgres:16
  adminer:
    image: adminer:4
    ports:
      - "8080:8080"
    depends_on: [db]
`,
      after: {
        'compose.yaml': `services:
  api:
    build: .
    depends_on: [db]
  db:
    image: postgres:16
  adminer:
    image: adminer:4
    profiles: ["tools"]
    ports:
      - "8080:8080"
    depends_on: [db]
`,
      },
    },
    {
      title: 'A frontend may be the product itself',
      before: 'services:\n  api:\n    build: .\n  frontend:\n    build: ./frontend\n    depends_on: [api]\n',
      declined:
        'no service is known for a tool, a dashboard of those who run it, or a heavy one among light ones',
    },
  ],
  offers(compose, { workspace }) {
    const optional = optionalServices(compose, workspace).filter(it => it.service.profiles.length === 0);
    if (optional.length === 0) return [decline('no-optional-service')];
    return optional.map(one => offerFor(compose, one, optional, workspace));
  },
});

function offerFor(
  compose: Compose,
  one: OptionalService,
  optional: readonly OptionalService[],
  workspace: WorkspaceFacts,
): Offer | NotOffered {
  const { service, profiles, because } = one;
  const name = service.name.text;
  const stays = (why: Reason) => decline('stays-as-it-is', { name, reason: why }, service.entry.span);
  const { value: own, aliased } = service.entry;
  if (!isWhole(service)) return stays(reason('part-in-other-file'));
  if (own?.kind !== 'mapping' || aliased || own.anchor !== undefined)
    return stays(reason('settings-by-anchor'));
  const always = compose.services.filter(
    it => it.profiles.length === 0 && !optional.some(other => other.service === it),
  );
  if (always.length === 0) return stays(reason('nothing-would-start'));
  const dependant = dependantOf(compose, service, workspace);
  if (dependant) return stays(reason('needed-by', { service: dependant.name, how: dependant.how }));
  const written = `[${profiles.map(it => JSON.stringify(it)).join(', ')}]`;
  const edits = setAt(compose, own, ['profiles'], written, ['image', 'build', 'container_name']);
  if (!edits) return stays(reason('settings-as-json'));
  const flags = profiles[0];
  const effect = `${because[0]?.toUpperCase()}${because.slice(1)}; \`docker compose --profile ${flags} up -d\` starts it from now on`;
  return {
    kind: 'offer',
    at: service.entry.span,
    subject: name,
    changes: () => [
      { kind: 'edit', path: compose.path, edits: edits.map(edit => ({ ...edit, because: effect })) },
    ],
  };
}
