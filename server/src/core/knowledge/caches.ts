import type { CacheName } from '../facts/engine';
import data from './caches.json';
import { once } from './table';

export interface CachePlace {
  readonly name: CacheName;
  readonly folder: string;
}

/** Patterns match paths without a leading slash; the folder that holds the cache is their first group. */
const kinds = once(() =>
  data.kinds.map(({ name, regexp }) => ({ name: name as CacheName, pattern: new RegExp(regexp) })),
);

/** The cache that a file belongs to. @param path POSIX, without a leading slash */
export function cacheOf(path: string): CachePlace | undefined {
  for (const { name, pattern } of kinds()) {
    const match = pattern.exec(path);
    if (match) return { name, folder: (match[1] ?? '').replace(/\/$/, '') };
  }
  return undefined;
}
