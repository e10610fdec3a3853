import { formatImageRef, parseImageRef } from '../dockerfile/image-ref';
import type { EngineFacts } from '../facts/engine';
import { aptBuildBytes, PACKAGE_SIZE_SOURCE } from '../knowledge/build-packages';
import type { Evidence } from '../rule';
import { type SplitPlan, shed } from './split-plan';

/** The difference of two images where the engine holds both, else what the packages weigh that no longer ship. */
export function splitGain(plan: SplitPlan, engine: EngineFacts): Evidence | undefined {
  const { base, stage } = plan.whole;
  if (plan.slim && !base.slim) {
    const ref = stage.base.kind === 'image' ? stage.base.ref : base.ref;
    const full = imageBytes(engine, formatImageRef(ref));
    const slim = imageBytes(engine, formatImageRef(parseImageRef(plan.slim)));
    if (full === undefined || slim === undefined || full <= slim) return undefined;
    const source = `${formatImageRef(ref)} and ${plan.slim} in the local engine`;
    return { bytes: full - slim, how: 'measured', source };
  }
  const bytes = aptBuildBytes(shed(plan));
  return bytes === undefined ? undefined : { bytes, how: 'estimated', source: PACKAGE_SIZE_SOURCE };
}

function imageBytes(engine: EngineFacts, name: string): number | undefined {
  return engine.images.find(image => image.tags.includes(name))?.bytes;
}
