import type { ImageContents, LayerContents } from './contents';
import type { EngineImage } from './engine';
import type { HistoryRow } from './history';
import { NO_INSTRUCTION } from './recorded';

/** A row whose layer has been read. */
export interface ReadRow extends HistoryRow {
  /** What it holds; undefined for an instruction that made no layer. */
  readonly contents?: LayerContents;
}

/**
 * The layers of an image that have been read, named by its history, each with the bytes of its files: the engine's own
 * figure where it counts those, so that all that is shown of an image is the same to the byte. A history that tells of
 * another number of layers, or of none, names nothing: then each layer is a row without an instruction.
 */
export function readRows(
  rows: readonly HistoryRow[],
  contents: ImageContents,
  { sizes }: Pick<EngineImage, 'sizes'>,
): ReadRow[] {
  const { layers, layerOfEntry } = contents;
  if (!isNamed(rows, contents))
    return layers.map((layer, index) => ({ ...unnamed(index, layer.bytes), contents: layer }));
  return rows.map(row => {
    const layer = layers[layerOfEntry[row.index] ?? -1];
    const bytes = sizes === 'estimated' ? (layer?.bytes ?? 0) : row.bytes;
    return layer ? { ...row, bytes, contents: layer } : { ...row, bytes };
  });
}

/** The row of each layer, by its index in the archive. */
export function rowOfLayer(rows: readonly HistoryRow[], contents: ImageContents): (layer: number) => number {
  return isNamed(rows, contents) ? layer => contents.layerOfEntry.indexOf(layer) : layer => layer;
}

function isNamed(rows: readonly HistoryRow[], { layers, layerOfEntry }: ImageContents): boolean {
  const named = layerOfEntry.filter(layer => layer !== null).length;
  return rows.length === layerOfEntry.length && named === layers.length;
}

/** All of them together. */
export function totalBytes(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** An image with the bytes of its files instead of what its engine estimates. @param contents undefined if it was not read */
export function measured(image: EngineImage, contents: ImageContents | undefined): EngineImage {
  const { sizes, ...exact } = image;
  return contents && sizes === 'estimated' ? { ...exact, bytes: totalBytes(contents.layers) } : image;
}

/**
 * The rows of a history that may leave out layers of its image, as the engine tells it: what is missing is a row of its
 * own, so that rows add up to the image.
 *
 * @param bytes of the image
 */
export function withUnnamedRest(rows: readonly HistoryRow[], bytes: number): readonly HistoryRow[] {
  const rest = bytes - totalBytes(rows);
  return rest > 0 ? [...rows, unnamed(rows.length, rest)] : rows;
}

function unnamed(index: number, bytes: number): HistoryRow {
  return { index, bytes, instruction: NO_INSTRUCTION, createdAt: 0, base: false };
}
