import type { Waste, WasteEntry } from './contents';
import { compareText } from './file-table';
import type { Copy, Place } from './overlay';

const SHOWN_ENTRIES = 100;

/**
 * What the image carries in vain. Per path: all copies together, less the one that remains; of a path that is
 * deleted in the end nothing remains. What layers of the base image waste is not the image's own fault and is
 * told apart.
 *
 * @param baseLayers how many of the layers, oldest first, are the base image's
 */
export function wasteOf(root: Place, baseLayers: number): Waste {
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

type LostCopy = Copy & { readonly lost: NonNullable<Copy['lost']> };

function* lostCopies(place: Place, path: string): Generator<[path: string, lost: LostCopy[]]> {
  const lost = place.copies.filter((copy): copy is LostCopy => copy.lost !== undefined);
  if (lost.length > 0) yield [path, lost];
  for (const [name, child] of place.children) yield* lostCopies(child, `${path}/${name}`);
}
