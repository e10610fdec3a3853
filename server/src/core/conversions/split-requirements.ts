import { sharedManifests } from '../analysis/requirements/shared';
import { planSplit } from '../analysis/requirements/split';
import { decline, isDeclined } from '../decline';
import { dockerfileConversion } from '../rule';

export const splitRequirements = dockerfileConversion({
  meta: {
    id: 'split-requirements',
    title: 'Give each service its own requirements file',
    since: '0.2.0',
    summary:
      'A requirements file that several services install becomes one for all services, and one for each that needs more',
    safety: 'unsafe',
  },
  offers(file, { workspace, engine }) {
    const shared = sharedManifests(file, workspace, engine);
    if (shared.length === 0) return [decline('no-shared-requirements')];
    return shared.map(one => {
      const split = planSplit(one, workspace);
      const at =
        one.images.find(it => it.dockerfile.path === file.path)?.installer.run.span ?? file.stages[0]?.span;
      if (isDeclined(split) || !at) return isDeclined(split) ? split : decline('nothing-installs');
      return { kind: 'offer', at, subject: one.manifest.path, editsElsewhere: true, changes: split.changes };
    });
  },
});
