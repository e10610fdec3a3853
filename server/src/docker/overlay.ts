import type { WasteEntry } from './contents';
import type { FileTable } from './file-table';

/** A path of the image: the copies that its layers hold. Only the last one can still be seen by a container. */
export interface Place {
  readonly children: Map<string, Place>;
  readonly copies: Copy[];
}

export interface Copy {
  readonly layer: number;
  readonly bytes: number;
  lost: { readonly cause: WasteEntry['cause']; readonly by: number } | undefined;
}

/** The layers of an image on top of each other. @param layers oldest first */
export function overlayOf(layers: readonly FileTable[]): Place {
  const root = newPlace();
  layers.forEach((layer, index) => {
    applyLayer(root, layer, index);
  });
  return root;
}

/** The files that a container sees, with their bytes, by path without a leading slash. */
export function remainingFiles(root: Place): Map<string, number> {
  const files = new Map<string, number>();
  collect(root, '', files);
  return files;
}

function collect(place: Place, path: string, files: Map<string, number>): void {
  const last = place.copies.at(-1);
  if (last && !last.lost) files.set(path, last.bytes);
  for (const [name, child] of place.children) collect(child, path === '' ? name : `${path}/${name}`, files);
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
