import { isDeclined } from '../../decline';
import type { Dockerfile } from '../../dockerfile/model';
import type { Conversion } from '../../rule';
import type { HandoverId } from './handover-kind';
import { splitGain } from './split-gain';
import { planSplit } from './split-plan';
import { renderSplit } from './split-render';

/** Offers to part the stage that ships from one that builds its packages, which are handed over in this way. */
export function offersToSplit(id: HandoverId): Conversion<Dockerfile>['offers'] {
  return (file, { workspace, engine }) => {
    const plan = planSplit(file, workspace, id);
    if (isDeclined(plan)) return [plan];
    const gain = splitGain(plan, engine);
    return [
      {
        kind: 'offer',
        at: plan.whole.stage.span,
        ...(gain ? { gain } : {}),
        changes: () => [{ kind: 'edit', path: file.path, edits: renderSplit(plan) }],
      },
    ];
  };
}
