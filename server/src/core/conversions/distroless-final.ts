import { gainOver } from '../analysis/sizes/image-gain';
import { isDeclined } from '../decline';
import { dockerfileConversion } from '../rule';
import { planDistroless } from './distroless-final/plan';

export const distrolessFinal = dockerfileConversion({
  meta: {
    id: 'distroless-final',
    title: 'Move the final stage to a distroless image',
    since: '0.2.0',
    summary:
      'The final stage moves to an image without a shell or a package manager, where nothing in it needs them',
    safety: 'unsafe',
  },
  offers(file, { workspace, engine }) {
    const plan = planDistroless(file, workspace);
    if (isDeclined(plan)) return [plan];
    return [
      {
        kind: 'offer',
        at: plan.stage.span,
        ...gainOver(plan.stage, plan.image, engine),
        changes: () => [{ kind: 'edit', path: file.path, edits: plan.edits }],
      },
    ];
  },
});
