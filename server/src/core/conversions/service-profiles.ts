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
    title: 'Put this service behind a profile',
    since: '0.2.0',
    summary: 'An optional service that no other one needs moves behind a Compose profile',
    safety: 'unsafe',
  },
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
