import type { Waste, WasteEntry } from './contents';
import { Heaviest } from './heaviest';
import type { LostCopy, Overlay } from './overlay';
import { type PathTree, type Place, ROOT } from './path-tree';

const SHOWN_ENTRIES = 100;

/**
 * What the image carries in vain. Per path: all copies together, less the one that remains; of a path that is
 * deleted in the end nothing remains. What layers of the base image waste is not the image's own fault and is
 * told apart.
 *
 * @param baseLayers how many of the layers, oldest first, are the base image's
 */
export function wasteOf(overlay: Overlay, tree: PathTree, baseLayers: number): Waste {
  const heaviest = new Heaviest<WastedPlace>(SHOWN_ENTRIES, ({ place }) => tree.path(place));
  let [bytes, paths, baseBytes] = [0, 0, 0];
  for (const [place, lost] of overlay.lostCopies()) {
    if (isOfPacking(place, tree)) continue;
    const own = lost.filter(copy => copy.by >= baseLayers);
    const ownBytes = totalBytes(own);
    baseBytes += totalBytes(lost) - ownBytes;
    if (ownBytes === 0) continue;
    bytes += ownBytes;
    paths++;
    heaviest.add({ place, lost: own }, ownBytes);
  }
  return {
    bytes,
    paths,
    entries: heaviest.all().flatMap(({ item, bytes }) => wasteEntry(item, bytes, tree)),
    baseBytes,
  };
}

/**
 * Each layer that is packed for lazy pulling (eStargz) has an index and a landmark of its own, at the same path.
 *
 * Source: https://github.com/containerd/stargz-snapshotter/blob/main/docs/estargz.md
 */
const OF_PACKING = new Set(['stargz.index.json', '.prefetch.landmark', '.no.prefetch.landmark']);

function isOfPacking(place: Place, tree: PathTree): boolean {
  return tree.parent(place) === ROOT && OF_PACKING.has(tree.name(place));
}

interface WastedPlace {
  readonly place: Place;
  readonly lost: readonly LostCopy[];
}

function wasteEntry({ place, lost }: WastedPlace, bytes: number, tree: PathTree): WasteEntry[] {
  const last = lost.at(-1);
  if (!last) return [];
  const { cause, by } = last;
  return [{ path: `/${tree.path(place)}`, bytes, cause, by, in: lost.map(copy => copy.layer) }];
}

function totalBytes(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, part) => sum + part.bytes, 0);
}
