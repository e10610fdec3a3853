import type { CacheName } from '../core/knowledge/caches';
import type { InstalledPackage } from '../core/project/engine';

/** What the layers of an image hold: plain data, so that it can be handed from a worker thread. */
export interface ImageContents {
  /** In the image's order: oldest first. */
  readonly layers: readonly LayerContents[];
  readonly waste: Waste;
  /**
   * For each entry of the image's history, oldest first, the index of its layer, or null for an entry without
   * one; empty where the archive does not tell.
   */
  readonly layerOfEntry: readonly (number | null)[];
  /** The Python distributions that a container sees, by name. */
  readonly packages: readonly InstalledPackage[];
}

export interface LayerContents {
  /** All files together, unpacked. */
  readonly bytes: number;
  readonly files: number;
  /** How many paths of older layers it deletes. */
  readonly deleted: number;
  /** Files and folders that weigh most, heaviest first; a folder counts with all that is in it. */
  readonly biggest: readonly LayerEntry[];
  /** What nothing needs in an image, heaviest first. */
  readonly caches: readonly CacheWeight[];
}

export interface LayerEntry {
  /** POSIX, with a leading slash. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly bytes: number;
}

export interface CacheWeight {
  /** What it is: `pip cache`, `apt package lists`. */
  readonly name: CacheName;
  /** Where the most of it is, with a leading slash. */
  readonly path: string;
  readonly bytes: number;
  readonly files: number;
}

/** Bytes that are in the image but that no container sees: later layers overwrite or delete them. */
export interface Waste {
  /** What the image's own layers waste. */
  readonly bytes: number;
  /** How many paths waste something. */
  readonly paths: number;
  /** Those that waste most, heaviest first. */
  readonly entries: readonly WasteEntry[];
  /** What the base image's layers waste among themselves; not in the figures above. */
  readonly baseBytes: number;
}

export interface WasteEntry {
  /** POSIX, with a leading slash. */
  readonly path: string;
  /** All copies together, less the one that remains. */
  readonly bytes: number;
  /** What became of the last copy that is wasted. */
  readonly cause: 'overwritten' | 'deleted';
  /** The layer that overwrote or deleted it. */
  readonly by: number;
  /** The layers that hold the wasted copies. */
  readonly in: readonly number[];
}
