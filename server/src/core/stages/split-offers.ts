import { aptBuildWeight } from '../analysis/sizes/apt-build-weight';
import { gainOver } from '../analysis/sizes/image-gain';
import { isDeclined, type Outcome } from '../decline';
import type { Dockerfile } from '../dockerfile/model';
import type { Evidence } from '../finding';
import type { EngineFacts } from '../project/engine';
import type { WorkspaceFacts } from '../project/workspace';
import type { Conversion } from '../rule';
import { renderSplit, type SplitPlan } from './render';

/** Offers to split the stage into a builder stage and a final stage; the edits are made when asked for. */
export function splitOffers(
  plan: (file: Dockerfile, workspace: WorkspaceFacts) => Outcome<SplitPlan>,
): Conversion<Dockerfile>['offers'] {
  return (file, { workspace, engine }) => {
    const planned = plan(file, workspace);
    if (isDeclined(planned)) return [planned];
    const changes = () => {
      const split = planned.split();
      const edits = renderSplit(split);
      return [{ kind: 'edit', path: file.path, edits } as const, ...(split.newFiles ?? [])];
    };
    return [{ kind: 'offer', at: planned.stage.span, ...gainOf(planned, engine), changes }];
  };
}

/** The difference of two images where the base changes, else what the packages weigh that no longer ship. */
function gainOf({ stage, image, leaves = [] }: SplitPlan, engine: EngineFacts): { readonly gain?: Evidence } {
  if (image !== undefined) return gainOver(stage, image, engine);
  const gain = aptBuildWeight(leaves);
  return gain ? { gain } : {};
}
