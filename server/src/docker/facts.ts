import type { EngineFacts, ImageFacts } from '../core/facts/engine';
import { deepFreeze } from '../core/text/freeze';
import type { Clock } from './clock';
import type { Engine, EngineImage } from './engine';

/** A snapshot of the engine's images for the rules; no layers yet. One request. @throws DockerError */
export async function engineFacts(engine: Engine, clock: Clock, signal: AbortSignal): Promise<EngineFacts> {
  const images = await engine.images(signal);
  return factsOf(images, clock);
}

/** The same from images that are known already. */
export function factsOf(images: readonly EngineImage[], clock: Clock): EngineFacts {
  return deepFreeze({ takenAt: clock.now(), images: images.map(imageFacts) });
}

function imageFacts({ id, tags, digests, bytes }: EngineImage): ImageFacts {
  return { id, tags, digests, bytes, layers: [] };
}
