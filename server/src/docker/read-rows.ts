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
 * The layers of an image that have been read, named by its history, each with the bytes of its files. A history that
 * tells of another number of layers, or of none, names nothing: then each layer is a row without an instruction.
 */
export function readRows(rows: readonly HistoryRow[], contents: ImageContents): ReadRow[] {
  const { layers, layerOfEntry } = contents;
  if (!isNamed(rows, contents))
    return layers.map((layer, index) => ({ ...unnamed(index, layer.bytes), contents: layer }));
  return rows.map(row => {
    const layer = layers[layerOfEntry[row.index] ?? -1];
    return layer ? { ...row, bytes: layer.bytes, contents: layer } : { ...row, bytes: 0 };
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

/** What is unpacked of an image whose layers have been read: the bytes of the files in all of them. */
export function bytesOfFiles({ layers }: ImageContents): number {
  return layers.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** An image with the bytes of its files in place of what its engine estimates. @param contents undefined where nobody has looked */
export function measured(image: EngineImage, contents: ImageContents | undefined): EngineImage {
  if (!contents) return image;
  const { sizes: _, ...exact } = image;
  return { ...exact, bytes: bytesOfFiles(contents) };
}

/**
 * The rows of a history that may leave out layers of its image, as the engine tells it: what is missing is a row of its
 * own, so that rows add up to the image.
 *
 * @param bytes of the image
 */
export function withUnnamedRest(rows: readonly HistoryRow[], bytes: number): readonly HistoryRow[] {
  const rest = bytes - rows.reduce((sum, row) => sum + row.bytes, 0);
  return rest > 0 ? [...rows, unnamed(rows.length, rest)] : rows;
}

function unnamed(index: number, bytes: number): HistoryRow {
  return { index, bytes, instruction: NO_INSTRUCTION, createdAt: 0, base: false };
}
