/** What the container engine tells: a snapshot, so that rules stay pure. */
export interface EngineFacts {
  /** Milliseconds since the epoch; 0 where no engine was asked. */
  readonly takenAt: number;
  /** Newest first, as far as the engine tells. */
  readonly images: readonly ImageFacts[];
}

/** An image of the engine. Sizes are in bytes, unpacked, of the engine's own platform. */
export interface ImageFacts {
  readonly id: string;
  /** `repository:tag` names. */
  readonly tags: readonly string[];
  /** `repository@sha256:…` names. */
  readonly digests: readonly string[];
  readonly bytes: number;
  /**
   * Where its size and those of its layers are not the bytes of their files: the engine counts the blocks of the disk
   * that they take, or the archives that hold them.
   */
  readonly sizes?: 'estimated';
  /** The Dockerfile that it was built from, as the facts of the workspace name it; undefined for other images. */
  readonly dockerfile?: string;
  /** The stage that was built, by name or number; the last one where nothing is said. */
  readonly target?: string;
  /** Oldest first; empty where they have not been asked for, as for all images that no Dockerfile of the workspace builds. */
  readonly layers: readonly LayerFacts[];
  /** What is in `site-packages`, by name; undefined if the image was not read. */
  readonly packages?: readonly InstalledPackage[];
}

/** A layer of an image, with the step that made it. Sizes are in bytes. */
export interface LayerFacts {
  /** The instruction that made it: as `writtenInstruction` gives it where it has a line, else as the builder tells it. */
  readonly instruction: string;
  readonly bytes: number;
  /** Zero-based line of that instruction, in the Dockerfile that the image was built from. */
  readonly line?: number;
  /** What nothing needs in an image; undefined if the layer was not read. */
  readonly caches?: readonly CacheFacts[];
}

/** Files in a layer that only some tool's next run would read. */
export interface CacheFacts {
  readonly name: string;
  readonly bytes: number;
}

/** A Python distribution in an image. */
export interface InstalledPackage {
  /** As the Python packaging standards compare names: `ruamel-yaml`. */
  readonly name: string;
  readonly version: string;
  /** All files that it installed, compiled ones too, as they are in the image. */
  readonly bytes: number;
  /** What can be imported: `yaml`, `google.cloud.storage`. */
  readonly modules: readonly string[];
}

/** What is known where no engine was asked. */
export const NO_ENGINE: EngineFacts = { takenAt: 0, images: [] };
