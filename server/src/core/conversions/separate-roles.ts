import { separations } from '../analysis/roles/separation';
import { decline, isDeclined } from '../decline';
import { composeConversion } from '../rule';
import { join } from '../text/span';

export const separateRoles = composeConversion({
  meta: {
    id: 'separate-roles',
    title: 'Give each role its own Dockerfile',
    since: '0.2.0',
    summary:
      'Backend and frontend that run one image get a `Dockerfile.backend` and a `Dockerfile.frontend`, each with only its own packages',
    safety: 'unsafe',
  },
  offers(file, { workspace, engine }) {
    const found = separations(file, workspace, engine);
    if (found.length === 0) return [decline('no-separable-roles')];
    return found.map(one => {
      if (isDeclined(one)) return one;
      const at = one.services.map(it => it.entry.span).reduce(join);
      return {
        kind: 'offer',
        editsElsewhere: true,
        at,
        subject: one.roles.map(it => it.name).join('+'),
        ...(one.gain && { gain: one.gain }),
        changes: one.changes,
      };
    });
  },
});
