import { aptBuildWeight } from '../../analysis/sizes/apt-build-weight';
import { imageGain } from '../../analysis/sizes/image-gain';
import { parseImageRef } from '../../dockerfile/image-ref';
import type { Evidence } from '../../finding';
import type { EngineFacts } from '../../project/engine';
import { type SplitPlan, shed } from './split-plan';

/** The difference of two images where the base changes, else what the packages weigh that no longer ship. */
export function splitGain(plan: SplitPlan, engine: EngineFacts): Evidence | undefined {
  const { base, stage } = plan.whole;
  if (plan.slim && !base.slim) {
    const ref = stage.base.kind === 'image' ? stage.base.ref : base.ref;
    return imageGain(ref, parseImageRef(plan.slim), engine);
  }
  return aptBuildWeight(shed(plan));
}
