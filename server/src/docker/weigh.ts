import type { CacheWeight, LayerEntry, Waste } from './contents';
import type { Engine } from './engine';
import { type BuiltFrom, imageHistory } from './image-history';
import { type LayerProgress, readLayers } from './read-layers';
import { type ReadRow, readRows, rowOfLayer, totalBytes } from './read-rows';

/** What an image weighs and why: plain data, and what `plimsoll weigh --format json` prints. */
export interface Weighing {
  readonly version: 1;
  readonly image: WeighedImage;
  /** The path of the Dockerfile that the lines are of, where one was given. */
  readonly dockerfile?: string;
  /**
   * One for each entry of the image's history, those without a layer too: oldest first. Where the history does not fit
   * the layers, one for each layer.
   */
  readonly layers: readonly WeighedLayer[];
  readonly waste: Waste;
}

export interface WeighedImage {
  /** As it was asked for. */
  readonly name: string;
  /** `sha256:…` */
  readonly id: string;
  readonly tags: readonly string[];
  /** All layers together. */
  readonly bytes: number;
}

export interface WeighedLayer {
  readonly index: number;
  readonly instruction: string;
  /** All files together, unpacked. */
  readonly bytes: number;
  /** Zero-based line of the Dockerfile. */
  readonly line?: number;
  /** True where the image that the Dockerfile builds on brought it. */
  readonly base: boolean;
  /** Files that it brings. */
  readonly files: number;
  /** Paths of older layers that it deletes. */
  readonly deleted: number;
  readonly biggest: readonly LayerEntry[];
  readonly caches: readonly CacheWeight[];
}

/**
 * Weighs an image: its history tied to the Dockerfile, what each layer holds, and what is wasted.
 *
 * @throws DockerError
 */
export async function weigh(
  engine: Engine,
  reference: string,
  built: BuiltFrom | undefined,
  signal: AbortSignal,
  onProgress?: (progress: LayerProgress) => void,
): Promise<Weighing> {
  const image = await engine.image(reference, signal);
  const { id, tags, bytes } = image;
  const rows = await imageHistory(engine, id, built, signal);
  const baseEntries = rows.filter(row => row.base).length;
  const request = { endpoint: engine.endpoint, reference: id, baseEntries, bytes };
  const contents = await readLayers(request, signal, onProgress);
  const layers = readRows(rows, contents, image);
  return {
    version: 1,
    image: { name: reference, id, tags, bytes: totalBytes(layers) },
    ...(built ? { dockerfile: built.dockerfile.path } : {}),
    layers: layers.map(weighedLayer),
    waste: wasteByRow(contents.waste, rowOfLayer(rows, contents)),
  };
}

function weighedLayer({ createdAt: _, contents, ...row }: ReadRow): WeighedLayer {
  const { files = 0, deleted = 0, biggest = [], caches = [] } = contents ?? {};
  return { ...row, files, deleted, biggest, caches };
}

/** Layers of the archive are counted without the entries that have none; a weighing counts rows. */
function wasteByRow(waste: Waste, rowOf: (layer: number) => number): Waste {
  const entries = waste.entries.map(entry => ({ ...entry, by: rowOf(entry.by), in: entry.in.map(rowOf) }));
  return { ...waste, entries };
}
