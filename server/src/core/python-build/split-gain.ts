import { parseImageRef } from '../dockerfile/image-ref';
import type { EngineFacts } from '../facts/engine';
import { imageGain } from '../image-gain';
import { aptBuildWeight } from '../layers/apt-build-weight';
import type { Evidence } from '../rule';
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
