/** What the container engine tells: a snapshot, so that rules stay pure. */
export interface EngineFacts {
  /** Milliseconds since the epoch; 0 where no engine was asked. */
  readonly takenAt: number;
  readonly images: readonly ImageFacts[];
}

export interface ImageFacts {
  readonly id: string;
  /** `repository:tag` names. */
  readonly tags: readonly string[];
  /** `repository@sha256:…` names. */
  readonly digests: readonly string[];
  readonly bytes: number;
  /** Oldest first; empty where they have not been asked for. */
  readonly layers: readonly LayerFacts[];
}

export interface LayerFacts {
  readonly createdBy: string;
  readonly bytes: number;
  /** Zero-based line of the instruction that made it, in the Dockerfile that the image was built from. */
  readonly line?: number;
}

export const NO_ENGINE: EngineFacts = { takenAt: 0, images: [] };
