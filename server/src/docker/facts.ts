import type { CacheFacts, EngineFacts, ImageFacts, LayerFacts } from '../core/facts/engine';
import { deepFreeze } from '../core/text/freeze';
import type { Clock } from './clock';
import type { Engine, EngineImage } from './engine';
import type { HistoryRow } from './history';

/** A snapshot of the engine's images for the rules; no layers yet. One request. @throws DockerError */
export async function engineFacts(engine: Engine, clock: Clock, signal: AbortSignal): Promise<EngineFacts> {
  const images = await engine.images(signal);
  return factsOf(images, clock);
}

/** The same from images that are known already. */
export function factsOf(images: readonly EngineImage[], clock: Clock): EngineFacts {
  return deepFreeze({ takenAt: clock.now(), images: images.map(imageFacts) });
}

/** A layer for the rules. @param caches what is in it, where somebody has looked */
export function layerFacts(row: HistoryRow, caches?: readonly CacheFacts[]): LayerFacts {
  const { instruction, bytes, line } = row;
  return { instruction, bytes, ...(line === undefined ? {} : { line }), ...(caches ? { caches } : {}) };
}

function imageFacts({ id, tags, digests, bytes }: EngineImage): ImageFacts {
  return { id, tags, digests, bytes, layers: [] };
}
