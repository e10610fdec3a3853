import type { ExplainedEdit } from '../../text/explained-edits';
import { tidied } from '../../text/explained-edits';
import { BuilderStage } from './split-builder';
import type { SplitPlan } from './split-plan';
import { ShippedStage } from './split-runtime';

/** Writes the plan down as edits of the file. */
export function renderSplit(plan: SplitPlan): ExplainedEdit[] {
  const builder = new BuilderStage(plan);
  const shipped = new ShippedStage(plan, builder);
  return tidied(plan.whole.file.text, [builder.stage(), ...shipped.edits()]);
}
