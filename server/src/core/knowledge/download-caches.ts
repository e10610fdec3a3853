import data from './download-caches.json';

export type DownloadingProgram = keyof (typeof data)['programs'];

/** A folder that a program keeps downloads in. */
export interface CacheFolder {
  /**
   * Absolute; `~` stands for the home folder of who runs it. Absent where images that bring the program move it, so that
   * only a variable or the image's name tells.
   */
  readonly path?: string;
  /** Root's, where it is another one: Yarn's is beside the Node that runs it, in /usr/local in Node's own images. */
  readonly ofRoot?: string;
  /** Variables that decide it, the first one that is set, with what comes below their value. */
  readonly variables: readonly { readonly name: string; readonly below: string }[];
  /** True where it holds what has been built of the packages, which a call can do without. */
  readonly builds?: boolean;
  /** Official images that have it elsewhere. */
  readonly images?: Readonly<Partial<Record<string, string>>>;
}

export interface DownloadCache {
  readonly folders: readonly CacheFolder[];
  /**
   * True where the program uses packages right where it has downloaded them to: every later call needs the same
   * folder, not only an install.
   */
  readonly inPlace: boolean;
  /** True where two runs at once would spoil it. */
  readonly locked: boolean;
  readonly source: string;
}

/** Where a package manager keeps what it downloads, so that its next run need not fetch it again. */
export function downloadCache(program: DownloadingProgram): DownloadCache {
  return data.programs[program];
}
