import type { CacheName } from '../core/facts/engine';
import { cacheOf } from '../core/knowledge/caches';
import { withoutTrailing } from '../core/text/ends';
import type { CacheWeight, LayerContents, LayerEntry } from './contents';

/** An entry of a layer's archive, as far as weighing needs it. */
export interface ArchiveEntry {
  /** As the archive writes it: `./usr/bin/x`, `usr/bin/`. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'other';
  readonly bytes: number;
}

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** What one layer does to the file system: which paths it brings and which it takes away. No contents. */
export class FileTable {
  /** Bytes of files and of what is no folder, by path without a leading slash. */
  readonly files = new Map<string, number>();
  readonly folders = new Set<string>();
  /** Paths of older layers that are deleted. */
  readonly deleted: string[] = [];
  /** Folders of which everything from older layers is deleted. */
  readonly emptied: string[] = [];
  /** Texts of the lists of files that Python distributions install, by path without a leading slash. */
  readonly records = new Map<string, string>();

  /** Source: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
  add({ path: written, kind, bytes }: ArchiveEntry): void {
    const path = normalPath(written);
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(slash, 0));
    const name = path.slice(slash + 1);
    if (name === OPAQUE) this.emptied.push(folder);
    else if (name.startsWith('.wh..wh.')) return;
    else if (name.startsWith(WHITEOUT)) this.deleted.push(joinPath(folder, name.slice(WHITEOUT.length)));
    else if (kind === 'folder') this.folders.add(path);
    else this.files.set(path, kind === 'file' ? bytes : 0);
  }

  addRecord(path: string, text: string): void {
    this.records.set(normalPath(path), text);
  }

  summary(): LayerContents {
    let bytes = 0;
    for (const size of this.files.values()) bytes += size;
    return {
      bytes,
      files: this.files.size,
      deleted: this.deleted.length + this.emptied.length,
      biggest: biggestEntries(this.files),
      caches: cachesIn(this.files),
    };
  }
}

function normalPath(path: string): string {
  return withoutTrailing(path.replace(/^(\.?\/)+/, ''), '/');
}

function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

const SHOWN_ENTRIES = 20;
/** A folder that holds hardly more than one of its own folders says less than that one. */
const SAYS_NOTHING = 0.95;

function biggestEntries(files: ReadonlyMap<string, number>): LayerEntry[] {
  const folders = folderWeights(files);
  const heaviestInside = new Map<string, number>();
  for (const [path, bytes] of folders) {
    const parent = parentOf(path);
    if (parent !== undefined) heaviestInside.set(parent, Math.max(heaviestInside.get(parent) ?? 0, bytes));
  }
  const telling = [...folders].filter(
    ([path, bytes]) => path !== '' && (heaviestInside.get(path) ?? 0) < bytes * SAYS_NOTHING,
  );
  return [
    ...telling.map(([path, bytes]): LayerEntry => ({ path: `/${path}`, kind: 'folder', bytes })),
    ...heaviest([...files]).map(([path, bytes]): LayerEntry => ({ path: `/${path}`, kind: 'file', bytes })),
  ]
    .filter(entry => entry.bytes > 0)
    .sort((a, b) => b.bytes - a.bytes || compareText(a.path, b.path))
    .slice(0, SHOWN_ENTRIES);
}

function heaviest(files: [string, number][]): [string, number][] {
  return files.sort((a, b) => b[1] - a[1]).slice(0, SHOWN_ENTRIES);
}

function folderWeights(files: ReadonlyMap<string, number>): Map<string, number> {
  const folders = new Map<string, number>();
  for (const [path, bytes] of files) {
    for (let parent = parentOf(path); parent !== undefined; parent = parentOf(parent)) {
      folders.set(parent, (folders.get(parent) ?? 0) + bytes);
    }
  }
  return folders;
}

function parentOf(path: string): string | undefined {
  if (path === '') return undefined;
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

function cachesIn(files: ReadonlyMap<string, number>): CacheWeight[] {
  const found = new Map<CacheName, { bytes: number; files: number; folders: Map<string, number> }>();
  for (const [path, bytes] of files) {
    const cache = bytes > 0 ? cacheOf(path) : undefined;
    if (!cache) continue;
    const known = found.get(cache.name) ?? { bytes: 0, files: 0, folders: new Map<string, number>() };
    known.bytes += bytes;
    known.files++;
    known.folders.set(cache.folder, (known.folders.get(cache.folder) ?? 0) + bytes);
    found.set(cache.name, known);
  }
  return [...found]
    .map(([name, cache]) => ({
      name,
      path: `/${heaviest([...cache.folders])[0]?.[0] ?? ''}`,
      bytes: cache.bytes,
      files: cache.files,
    }))
    .sort((a, b) => b.bytes - a.bytes || compareText(a.name, b.name));
}

/** By code units, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
