import { type CacheName, cacheOf } from '../core/knowledge/caches';
import type { CacheWeight, LayerContents, LayerEntry } from './contents';
import type { FileTable } from './file-table';
import { compareText, Heaviest } from './heaviest';
import type { LayerScratch } from './layer-scratch';
import { IntList } from './numbers';
import type { PathTree, Place } from './path-tree';

/** What one layer brings: its size, its heaviest files and folders, its caches. */
export function summaryOf(table: FileTable, tree: PathTree, scratch: LayerScratch): LayerContents {
  const holders = holdersOf(table, tree);
  let bytes = 0;
  let files = 0;
  for (let entry = 0; entry < table.length; entry++) {
    if (table.isFolder(entry)) continue;
    files++;
    if (holdsBytes(entry, table, holders)) bytes += table.bytesOf(entry);
  }
  return {
    bytes,
    files,
    deleted: table.deleted.size + table.emptied.size,
    biggest: biggestEntries(table, tree, scratch, holders),
    caches: cachesIn(table, tree, holders),
  };
}

/**
 * The name at which the bytes of a file with several names count, by its inode: the first one outside of caches, since
 * a cache takes nothing that is reached without it; else the first one. An entry, and 1 more.
 */
function holdersOf(table: FileTable, tree: PathTree): IntList {
  const holders = new IntList();
  for (let entry = 0; entry < table.length; entry++) {
    if (table.isFolder(entry)) continue;
    const inode = table.inodeOf(entry);
    if (table.namesOf(inode) < 2) continue;
    holders.growTo(inode + 1);
    const before = holders.at(inode) - 1;
    if (before < 0 || (isInCache(before, table, tree) && !isInCache(entry, table, tree)))
      holders.set(inode, entry + 1);
  }
  return holders;
}

function isInCache(entry: number, table: FileTable, tree: PathTree): boolean {
  return cacheOf(tree.path(table.place(entry))) !== undefined;
}

/** True for one name of each file. */
function holdsBytes(entry: number, table: FileTable, holders: IntList): boolean {
  const inode = table.inodeOf(entry);
  return table.namesOf(inode) < 2 || holders.at(inode) === entry + 1;
}

const SHOWN_ENTRIES = 20;
/** A folder that holds hardly more than one of its own folders says less than that one. */
const SAYS_NOTHING = 0.95;

function biggestEntries(
  table: FileTable,
  tree: PathTree,
  scratch: LayerScratch,
  holders: IntList,
): LayerEntry[] {
  const heaviest = new Heaviest<Omit<LayerEntry, 'path' | 'bytes'> & { readonly place: Place }>(
    SHOWN_ENTRIES,
    ({ place }) => tree.path(place),
  );
  for (let entry = 0; entry < table.length; entry++) {
    const bytes = table.bytesOf(entry);
    if (bytes === 0 || !holdsBytes(entry, table, holders)) continue;
    const place = table.place(entry);
    heaviest.add({ place, kind: 'file' }, bytes);
    scratch.addFile(tree, place, bytes);
  }
  scratch.takeFolders(tree, (place, bytes, heaviestInside) => {
    if (heaviestInside < bytes * SAYS_NOTHING) heaviest.add({ place, kind: 'folder' }, bytes);
  });
  return heaviest
    .all()
    .map(({ item: { place, kind }, bytes }) => ({ path: `/${tree.path(place)}`, kind, bytes }));
}

interface FoundCache {
  bytes: number;
  files: number;
  readonly folders: Map<string, number>;
}

function cachesIn(table: FileTable, tree: PathTree, holders: IntList): CacheWeight[] {
  const found = new Map<CacheName, FoundCache>();
  for (let entry = 0; entry < table.length; entry++) {
    const bytes = table.bytesOf(entry);
    const counts = bytes > 0 && holdsBytes(entry, table, holders);
    const cache = counts ? cacheOf(tree.path(table.place(entry))) : undefined;
    if (!cache) continue;
    const known: FoundCache = found.get(cache.name) ?? { bytes: 0, files: 0, folders: new Map() };
    known.bytes += bytes;
    known.files++;
    known.folders.set(cache.folder, (known.folders.get(cache.folder) ?? 0) + bytes);
    found.set(cache.name, known);
  }
  return [...found]
    .map(([name, cache]) => ({
      name,
      path: `/${heaviestFolder(cache.folders)}`,
      bytes: cache.bytes,
      files: cache.files,
    }))
    .sort((a, b) => b.bytes - a.bytes || compareText(a.name, b.name));
}

function heaviestFolder(folders: ReadonlyMap<string, number>): string {
  const heaviest = new Heaviest<string>(1, folder => folder);
  for (const [folder, bytes] of folders) heaviest.add(folder, bytes);
  return heaviest.all()[0]?.item ?? '';
}
