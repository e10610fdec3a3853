import { alpinePython } from '../analysis/base-images/slim-base';
import { isDeclined } from '../decline';
import { dockerfileConversion } from '../rule';
import { planSlim } from './alpine-to-slim/plan';

export const alpineToSlim = dockerfileConversion({
  meta: {
    id: 'alpine-to-slim',
    title: 'Switch from Alpine to a slim Debian image',
    since: '0.2.0',
    summary:
      'Python on Alpine moves to the slim Debian image of the same version: apk packages become their apt counterparts, and compilers are removed where every package has a wheel',
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
