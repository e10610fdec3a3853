// Messages between client and server beside the Language Server Protocol: plain data, imported by both ends.
// The two ends use different versions of the protocol library, so nothing of it may stand here.

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
  /** It was there and has gone, or it refuses connections. */
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
  readonly bytes: number;
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

/** The panel is shown or hidden: nothing is asked of the engine while nobody looks. */
export const watchEngine: NotificationDef<{ readonly watching: boolean }> = {
  method: 'plimsoll/watchEngine',
};

/** The engine's state has changed. */
export const engineChanged: NotificationDef<EngineState> = { method: 'plimsoll/engineChanged' };

/** The layers of one image; null where the engine or the image has gone. */
export const imageLayers: RequestDef<{ readonly id: string }, ImageLayers | null> = {
  method: 'plimsoll/imageLayers',
};
