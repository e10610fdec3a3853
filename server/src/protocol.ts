// Messages between client and server beside the Language Server Protocol: plain data, imported by both ends.
// The two ends use different versions of the protocol library, so nothing of it may be here.

/** A request: its method name, with the types of what is sent and of what comes back. */
export interface RequestDef<Params, Result> {
  readonly method: string;
  /** Never set: they only carry the types. */
  readonly params?: Params;
  readonly result?: Result;
}

export interface NotificationDef<Params> {
  readonly method: string;
  readonly params?: Params;
}

/** What the panel shows of the engine, and why it shows nothing. */
export type EngineState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly engine: string; readonly images: readonly ImageSummary[] }
  | { readonly kind: 'unavailable'; readonly reason: UnavailableReason; readonly detail: string };

export type UnavailableReason =
  /** No socket, pipe or address was found: no engine is installed or running. */
  | 'no-engine'
  /** It was there and has stopped, or it refuses connections. */
  | 'not-running'
  /** The socket is there but this user may not open it. */
  | 'permission-denied'
  /** It answers, but not as an engine does. */
  | 'failed';

export interface ImageSummary {
  /** `sha256:…` */
  readonly id: string;
  /** `repository:tag`; empty for an image without a name. */
  readonly tags: readonly string[];
  /** Unpacked. */
  readonly bytes: number;
  /** Where its size and those of its layers are not the bytes of their files: what the engine says they take. */
  readonly sizes?: 'estimated';
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The Dockerfile of this workspace that builds it, as a URI, where that is known. */
  readonly dockerfile?: string;
}

export interface LayerRow {
  /** Its place in the image, 0 for the oldest of the base image. */
  readonly index: number;
  readonly bytes: number;
  /** The instruction as a person wrote it: `RUN pip install …`. */
  readonly instruction: string;
  readonly createdAt: number;
  /** The line of the workspace's Dockerfile that made it; absent for the base image's layers. */
  readonly line?: { readonly uri: string; readonly line: number };
  /** True for layers of the image that the Dockerfile builds on. */
  readonly base: boolean;
}

export interface ImageLayers {
  readonly image: ImageSummary;
  /** In Dockerfile order: oldest first. */
  readonly layers: readonly LayerRow[];
}

/**
 * The user has come to trust the workspace: what its files name outside of it (build contexts, Dockerfiles, links) may be
 * read. Whether it was trusted from the start is in the initialization options, as `trusted`.
 */
export const trustGranted: NotificationDef<Record<string, never>> = { method: 'plimsoll/trustGranted' };

/** The panel is shown or hidden: nothing is asked of the engine while nothing is shown. */
export const watchEngine: NotificationDef<{ readonly watching: boolean }> = {
  method: 'plimsoll/watchEngine',
};

/** The engine's state has changed. */
export const engineChanged: NotificationDef<EngineState> = { method: 'plimsoll/engineChanged' };

/** What can be proven of a file that is open; null where it is no Dockerfile or Compose file on the disk. */
export const provable: RequestDef<{ readonly uri: string }, Provable | null> = {
  method: 'plimsoll/provable',
};

export interface Provable {
  /** The smallest folder that holds the file and all that its builds read and its services mount: absolute. */
  readonly folder: string;
  readonly conversions: readonly OfferedConversion[];
}

/** A conversion that is offered for a file, at one place of it or at several. */
export interface OfferedConversion {
  readonly id: string;
  readonly title: string;
  /** The services that it is offered for, where it says which. */
  readonly subjects: readonly string[];
}

/** What `plimsoll prove --format json` prints. Bytes and milliseconds. */
export interface ProofReport {
  readonly version: 1;
  /** The services, or Dockerfiles that no service builds, before and after. */
  readonly units: readonly ProofUnitReport[];
  /** Files that the change wrote, from the top of the folder that was proven. */
  readonly written: readonly string[];
  /** True where a base image only stands in for the real one. */
  readonly standIn: boolean;
  readonly totals: { readonly before: ProofTotals; readonly after: ProofTotals };
}

export interface ProofUnitReport {
  readonly name: string;
  /** Absent where there is no such unit. */
  readonly before?: ProofMeasure | ProofFailure | undefined;
  readonly after?: ProofMeasure | ProofFailure | undefined;
}

export interface ProofMeasure {
  readonly kind: 'measured';
  /** Building from nothing; absent where nothing is built. */
  readonly buildTime?: number | undefined;
  /** Building again with one line of its source changed; absent where nothing is built or no source was found. */
  readonly rebuildTime?: number | undefined;
  /** From that change to the first answer. */
  readonly changeTime?: number | undefined;
  readonly started: {
    readonly milliseconds: number;
    /** How it was told that it is up, as a person would say it. */
    readonly by: string;
    /** The container's own health check; absent where it has none. */
    readonly healthy?: boolean | undefined;
  };
  readonly contextBytes?: number | undefined;
  readonly image: { readonly layers: number };
  /** The image and what its container writes at start-up. */
  readonly bytes: number;
}

export interface ProofFailure {
  readonly kind: 'failed';
  readonly doing: string;
  /** The last lines of what was said. */
  readonly because: string;
}

/** Of all that was measured before and after, each image counted once. */
export interface ProofTotals {
  readonly images: number;
  readonly bytes: number;
  readonly buildTime: number;
}

/** The layers of one image; null if the engine or the image is no longer there. */
export const imageLayers: RequestDef<{ readonly id: string }, ImageLayers | null> = {
  method: 'plimsoll/imageLayers',
};
