import type { Waste, WasteEntry } from './contents';
import { compareText, type FileTable } from './file-table';

/** A path of the image: the copies that its layers hold. Only the last one can still be seen by a container. */
interface Place {
  readonly children: Map<string, Place>;
  readonly copies: Copy[];
}

interface Copy {
  readonly layer: number;
  readonly bytes: number;
  lost: { readonly cause: WasteEntry['cause']; readonly by: number } | undefined;
}

const SHOWN_ENTRIES = 100;

/**
 * What the image carries in vain. Per path: all copies together, less the one that remains; of a path that is
 * deleted in the end nothing remains. What layers of the base image waste is not the image's own fault and is
 * told apart.
 *
 * @param layers oldest first
 * @param baseLayers how many of them are the base image's
 */
export function wasteOf(layers: readonly FileTable[], baseLayers: number): Waste {
  const root = newPlace();
  layers.forEach((layer, index) => {
    applyLayer(root, layer, index);
  });
  const entries: WasteEntry[] = [];
  let baseBytes = 0;
  for (const [path, lost] of lostCopies(root, '')) {
    const own = lost.filter(copy => copy.lost.by >= baseLayers);
    baseBytes += totalBytes(lost) - totalBytes(own);
    const last = own.at(-1);
    const bytes = totalBytes(own);
    if (last && bytes > 0) entries.push({ path, bytes, ...last.lost, in: own.map(copy => copy.layer) });
  }
  entries.sort((a, b) => b.bytes - a.bytes || compareText(a.path, b.path));
  return {
    bytes: totalBytes(entries),
    paths: entries.length,
    entries: entries.slice(0, SHOWN_ENTRIES),
    baseBytes,
  };
}

function totalBytes(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, part) => sum + part.bytes, 0);
}

function newPlace(): Place {
  return { children: new Map(), copies: [] };
}

// What a layer deletes was there before it, so deletions come before its own files.
function applyLayer(root: Place, layer: FileTable, index: number): void {
  for (const folder of layer.emptied) {
    for (const child of find(root, folder)?.children.values() ?? []) lose(child, 'deleted', index);
  }
  for (const path of layer.deleted) {
    const place = find(root, path);
    if (place) lose(place, 'deleted', index);
  }
  // A folder in place of a file, or a file in place of a folder, hides what was there.
  for (const path of layer.folders) {
    const place = find(root, path);
    if (place) loseCopy(place, 'overwritten', index);
  }
  for (const [path, bytes] of layer.files) {
    const place = make(root, path);
    lose(place, 'overwritten', index);
    place.copies.push({ layer: index, bytes, lost: undefined });
  }
}

function find(root: Place, path: string): Place | undefined {
  let place: Place | undefined = root;
  if (path === '') return place;
  for (const name of path.split('/')) place = place?.children.get(name);
  return place;
}

function make(root: Place, path: string): Place {
  let place = root;
  for (const name of path.split('/')) {
    const known = place.children.get(name) ?? newPlace();
    place.children.set(name, known);
    place = known;
  }
  return place;
}

/** With all that is in it. */
function lose(place: Place, cause: WasteEntry['cause'], by: number): void {
  loseCopy(place, cause, by);
  for (const child of place.children.values()) lose(child, cause, by);
}

function loseCopy(place: Place, cause: WasteEntry['cause'], by: number): void {
  const last = place.copies.at(-1);
  if (last) last.lost ??= { cause, by };
}

type LostCopy = Copy & { readonly lost: NonNullable<Copy['lost']> };

function* lostCopies(place: Place, path: string): Generator<[path: string, lost: LostCopy[]]> {
  const lost = place.copies.filter((copy): copy is LostCopy => copy.lost !== undefined);
  if (lost.length > 0) yield [path, lost];
  for (const [name, child] of place.children) yield* lostCopies(child, `${path}/${name}`);
}
