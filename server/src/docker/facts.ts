import type { EngineFacts, ImageFacts } from '../core/facts/engine';
import { deepFreeze } from '../core/text/freeze';
import type { Clock } from './clock';
import type { Engine, EngineImage, HistoryEntry } from './engine';
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

function imageFacts({ id, tags, digests, bytes }: EngineImage): ImageFacts {
  return { id, tags, digests, bytes, layers: [] };
}

/** The facts with the layers of one image in them. @param rows tied to the image's Dockerfile, oldest first */
export function withLayers(
  facts: EngineFacts,
  id: string,
  history: readonly HistoryEntry[],
  rows: readonly HistoryRow[],
): EngineFacts {
  const layers = history.map(({ createdBy, bytes }, index) => {
    const line = rows[index]?.line;
    return { createdBy, bytes, ...(line === undefined ? {} : { line }) };
  });
  const images = facts.images.map(image => (image.id === id ? { ...image, layers } : image));
  return deepFreeze({ ...facts, images });
}
