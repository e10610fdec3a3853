import { alpinePython } from '../analysis/base-images/slim-base';
import { isDeclined } from '../decline';
import { dockerfileConversion } from '../rule';
import { planSlim } from './alpine-to-slim/plan';

export const alpineToSlim = dockerfileConversion({
  meta: {
    id: 'alpine-to-slim',
    title: 'Build on slim Debian in place of Alpine',
    since: '0.2.0',
    summary:
      'Python on Alpine becomes the slim Debian image of the same Python: the packages of apk in the names of apt, compilers dropped where every wheel exists',
    safety: 'unsafe',
    rewrites: ['HEALTHCHECK'],
  },
  offers(file, { workspace }) {
    const plan = planSlim(file, workspace);
    if (isDeclined(plan)) return [plan];
    const at = file.stages.find(stage => alpinePython(stage))?.from.span;
    if (!at) return [];
    return [{ kind: 'offer', at, changes: () => [{ kind: 'edit', path: file.path, edits: plan }] }];
  },
});
