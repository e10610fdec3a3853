import type { CacheFacts, EngineFacts, ImageFacts, LayerFacts } from '../core/project/engine';
import { deepFreeze } from '../core/text/freeze';
import { groupBy } from '../core/text/group';
import type { Clock } from './clock';
import type { ImageContents } from './contents';
import type { Engine, EngineImage } from './engine';
import { DockerError } from './errors';
import type { HistoryRow } from './history';
import { type BuiltFrom, imageHistory } from './image-history';
import { measured, type ReadRow, readRows } from './read-rows';

/** What is known beside the list of images. */
export interface FactSources {
  readonly engine: Pick<Engine, 'history'>;
  readonly clock: Clock;
  /** The Dockerfile of the workspace that an image was built from; undefined for images from elsewhere. */
  readonly builtFrom: (image: EngineImage) => Promise<BuiltFrom | undefined>;
  /** What is in an image, if it is or was read. */
  readonly contentsOf: (image: EngineImage, baseEntries: number) => Promise<ImageContents | undefined>;
  /** An image with what is known of it without looking; itself where nothing is said. */
  readonly asRead?: (image: EngineImage) => EngineImage;
}

/** Names suggest that an image was built from a Dockerfile; so many of those are asked whether it is true. */
const ASKED_BUILDS = 3;

/**
 * A snapshot of the engine's images for the rules, with the layers of the newest one that each stage of a Dockerfile at
 * hand was built into: some requests for each of these stages.
 *
 * @throws DockerError
 */
export async function engineFacts(
  images: readonly EngineImage[],
  sources: FactSources,
  signal: AbortSignal,
): Promise<EngineFacts> {
  const newestFirst = [...images].sort((a, b) => b.createdAt - a.createdAt);
  const built = new Map<string, ImageFacts>();
  for (const candidates of (await candidatesByStage(newestFirst, sources)).values()) {
    const found = await newestBuild(candidates.slice(0, ASKED_BUILDS), sources, signal);
    if (found) built.set(found.id, found);
  }
  const { clock, asRead = image => image } = sources;
  return deepFreeze({
    takenAt: clock.now(),
    images: newestFirst.map(image => built.get(image.id) ?? imageFacts(asRead(image))),
  });
}

interface Candidate {
  readonly image: EngineImage;
  readonly built: BuiltFrom;
}

async function candidatesByStage(
  images: readonly EngineImage[],
  { builtFrom }: FactSources,
): Promise<Map<string, Candidate[]>> {
  const candidates: Candidate[] = [];
  for (const image of images) {
    const built = await builtFrom(image);
    if (built) candidates.push({ image, built });
  }
  return groupBy(candidates, ({ built }) => `${built.dockerfile.path}\0${built.target ?? ''}`);
}

async function newestBuild(
  candidates: readonly Candidate[],
  { engine, contentsOf }: FactSources,
  signal: AbortSignal,
): Promise<ImageFacts | undefined> {
  for (const { image, built } of candidates) {
    const rows = await historyOf(engine, image, built, signal);
    if (!rows.some(row => row.line !== undefined)) continue;
    const contents = await contentsOf(image, rows.filter(row => row.base).length);
    return {
      ...imageFacts(measured(image, contents)),
      dockerfile: built.dockerfile.path,
      ...(built.target === undefined ? {} : { target: built.target }),
      layers: contents ? readRows(rows, contents, image).map(readFacts) : rows.map(row => layerFacts(row)),
      ...(contents ? { packages: contents.packages } : {}),
    };
  }
  return undefined;
}

async function historyOf(
  engine: Pick<Engine, 'history'>,
  image: EngineImage,
  built: BuiltFrom,
  signal: AbortSignal,
): Promise<readonly HistoryRow[]> {
  try {
    return await imageHistory(engine, image.id, built, signal);
  } catch (error) {
    // It was removed since the list was made.
    if (error instanceof DockerError && error.failure === 'no-such-image') return [];
    throw error;
  }
}

function readFacts(row: ReadRow): LayerFacts {
  const caches = row.contents?.caches ?? [];
  return layerFacts(
    row,
    caches.map(({ name, bytes }) => ({ name, bytes })),
  );
}

/** A layer for the rules. @param caches what is in it, if it was read */
export function layerFacts(row: HistoryRow, caches?: readonly CacheFacts[]): LayerFacts {
  const { instruction, bytes, line } = row;
  return { instruction, bytes, ...(line === undefined ? {} : { line }), ...(caches ? { caches } : {}) };
}

function imageFacts({ id, tags, digests, bytes, sizes }: EngineImage): ImageFacts {
  return { id, tags, digests, bytes, ...(sizes === undefined ? {} : { sizes }), layers: [] };
}
