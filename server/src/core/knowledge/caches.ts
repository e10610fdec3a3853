// Files that only some tool's next run would read, by the paths that the tools use by themselves.

import type { CacheName } from './cache-name';

/** A kind of file that nothing needs in an image once it is built. */
interface CacheKind {
  readonly name: CacheName;
  /** Matches paths without a leading slash; the folder that holds the cache is the first group. */
  readonly path: RegExp;
}

/** In the order in which they are tried; the paths are the tools' own defaults. */
const CACHE_KINDS: readonly CacheKind[] = [
  { name: 'apt package lists', path: /^(var\/lib\/apt\/lists)\// },
  { name: 'apt package archives', path: /^(var\/cache\/apt)\// },
  { name: 'apk cache', path: /^((?:var\/cache|etc)\/apk\/(?:cache\/)?)(?=[^/]*(?:APKINDEX|\.apk$))/ },
  { name: 'dnf cache', path: /^(var\/cache\/(?:libdnf5|dnf))\// },
  { name: 'yum cache', path: /^(var\/cache\/yum)\// },
  { name: 'zypper cache', path: /^(var\/cache\/zypp)\// },
  { name: 'pacman cache', path: /^(var\/cache\/pacman)\// },
  { name: 'pip cache', path: /^((?:.*\/)?\.cache\/pip)\// },
  { name: 'uv cache', path: /^((?:.*\/)?\.cache\/uv)\// },
  { name: 'Poetry cache', path: /^((?:.*\/)?\.cache\/pypoetry)\// },
  {
    name: 'conda packages',
    path: /^((?:.*\/)?(?:conda|miniconda3|anaconda3|miniforge3|mambaforge)\/pkgs)\//,
  },
  { name: 'npm cache', path: /^((?:.*\/)?\.npm)\// },
  { name: 'yarn cache', path: /^((?:.*\/)?(?:\.cache\/yarn|\.yarn\/cache|\.yarn\/berry\/cache))\// },
  { name: 'pnpm store', path: /^((?:.*\/)?(?:\.local\/share\/pnpm\/store|\.pnpm-store))\// },
  { name: 'Go build cache', path: /^((?:.*\/)?\.cache\/go-build)\// },
  { name: 'Go module cache', path: /^((?:.*\/)?go\/pkg\/mod\/cache)\// },
  { name: 'Cargo registry', path: /^((?:.*\/)?\.?cargo\/(?:registry|git))\// },
  { name: 'Maven repository', path: /^((?:.*\/)?\.m2\/repository)\// },
  { name: 'Gradle caches', path: /^((?:.*\/)?\.gradle\/caches)\// },
  {
    name: 'gem cache',
    path: /^((?:(?!(?:ruby|gems|bundle)\/)[^/]*\/)*(?:ruby|gems|bundle)\/(?:.*\/)?cache)\/[^/]+\.gem$/,
  },
  { name: 'Composer cache', path: /^((?:.*\/)?(?:\.composer\/cache|\.cache\/composer))\// },
  { name: '__pycache__', path: /^((?:.*\/)?__pycache__)\// },
  { name: 'Git history', path: /^((?:.*\/)?\.git)\// },
];

export interface CachePlace {
  readonly name: CacheName;
  readonly folder: string;
}

/** The cache that a file belongs to. @param path POSIX, without a leading slash */
export function cacheOf(path: string): CachePlace | undefined {
  for (const { name, path: pattern } of CACHE_KINDS) {
    const match = pattern.exec(path);
    if (match) return { name, folder: (match[1] ?? '').replace(/\/$/, '') };
  }
  return undefined;
}
