import { deepFreeze } from '../core/text/freeze';
import type { EngineState } from '../protocol';
import { batched } from './batched';
import type { Clock } from './clock';
import type { Connection } from './connect';
import type { Endpoint } from './endpoint';
import { formatEndpoint } from './endpoint';
import { type Engine, type EngineEvent, type EngineImage, isImageId } from './engine';
import { DockerError } from './errors';
import { ImageSet, summaries } from './image-set';

export interface WatchOptions {
  /** Finds the engine; `connect` with the surroundings filled in. */
  readonly connect: (signal: AbortSignal) => Promise<Connection>;
  readonly clock: Clock;
  /** Resolves when one of the endpoints may have come back; `socketAppears`. */
  readonly appears: (endpoints: readonly Endpoint[], signal: AbortSignal) => Promise<void>;
  /** Called with every new state, never twice with the same. */
  readonly onState: (state: EngineState) => void;
  /** URI of the Dockerfile of this workspace that builds the image. */
  readonly dockerfileOf: (image: EngineImage) => string | undefined;
  /** The image with what is known of it beyond what the engine tells; itself where nothing is said. */
  readonly asRead?: (image: EngineImage) => EngineImage;
}

/** Events so close together are one change. In milliseconds. */
const EVENT_WINDOW = 100;
/** Above so many changed images the whole list costs less than asking for each. */
const FEW_IMAGES = 20;
/** An engine that was followed for less has not come back: the attempts go on where they were. In milliseconds. */
const STEADY = 10_000;
/** A socket to which something happens over and over wakes no more often. In milliseconds. */
const SHORTEST_PAUSE = 100;
/** How long to wait before the next attempt to connect; the last one is repeated. In milliseconds. */
const BACK_OFF = [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000] as const;

type Connected = Extract<Connection, { kind: 'connected' }>;
type Unavailable = Extract<Connection, { kind: 'unavailable' }>;

/**
 * Follows the engine from `start()` to `stop()`: connects, keeps the images true by the engine's events, and
 * comes back by itself when the engine was away. In between nothing is asked and no timer runs.
 */
export class EngineWatch {
  private readonly images = new ImageSet();
  private running: AbortController | undefined;
  private doubted: AbortController | undefined;
  private connected: Connected | undefined;
  private lastConnected: Endpoint | undefined;
  private shown: EngineState | undefined;

  constructor(private readonly options: WatchOptions) {}

  start(): void {
    if (this.running) return;
    const running = new AbortController();
    this.running = running;
    if (this.shown?.kind !== 'connected') this.show({ kind: 'connecting' });
    // It ends by being aborted only, and then there is nothing to say.
    this.run(running.signal).catch(() => undefined);
  }

  stop(): void {
    this.running?.abort();
    this.running = undefined;
    this.connected = undefined;
  }

  /** The last state that was told. */
  get state(): EngineState {
    return this.shown ?? { kind: 'connecting' };
  }

  /** The engine, while it is connected. */
  get engine(): Engine | undefined {
    return this.connected?.engine;
  }

  /** The images that were last seen. */
  get knownImages(): readonly EngineImage[] {
    return this.images.all();
  }

  /** To be called when `dockerfileOf` or `asRead` would answer differently: the workspace has changed, or an image was read. */
  workspaceChanged(): void {
    if (this.connected) this.showImages(this.connected);
  }

  /** To be called when the engine has failed to answer a question: says why, and looks whether it is still there. */
  doubt(error: DockerError): void {
    this.doubted?.abort(error);
  }

  private async run(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; ; ) {
      const connection = await this.options.connect(signal);
      signal.throwIfAborted();
      if (connection.kind === 'connected') {
        const since = this.options.clock.now();
        const failure = await this.follow(connection, signal);
        if (failure) this.show(failure);
        // One that ends its events at once is not asked again at once, time after time.
        else if (this.options.clock.now() - since >= STEADY) attempt = 0;
      } else {
        this.show(this.explained(connection));
      }
      const woken = await this.pause(attempt, connection, signal);
      attempt = woken ? 0 : attempt + 1;
    }
  }

  /** Returns when the engine is no longer there: undefined, or why it cannot be followed. */
  private async follow(connection: Connected, stopped: AbortSignal): Promise<EngineState | undefined> {
    const { engine } = connection;
    const doubted = new AbortController();
    this.doubted = doubted;
    const signal = AbortSignal.any([stopped, doubted.signal]);
    try {
      // First the events, then the list: what happens in between is seen twice rather than never.
      const events = await engine.events(signal);
      this.images.replaceAll(await engine.images(signal));
      this.connected = connection;
      this.lastConnected = engine.endpoint;
      this.showImages(connection);
      for await (const batch of batched(events, EVENT_WINDOW, this.options.clock, signal)) {
        await this.update(engine, batch, signal);
        this.showImages(connection);
      }
      return undefined;
    } catch (error) {
      stopped.throwIfAborted();
      const cause: unknown = doubted.signal.aborted ? doubted.signal.reason : error;
      // Whether one that has gone is there again, the next attempt says.
      if (!(cause instanceof DockerError) || cause.failure === 'engine-gone') return undefined;
      return { kind: 'unavailable', reason: 'failed', detail: cause.message };
    } finally {
      doubted.abort();
      if (this.connected === connection) this.connected = undefined;
    }
  }

  private async update(engine: Engine, events: readonly EngineEvent[], signal: AbortSignal): Promise<void> {
    const names = [...new Set(events.map(event => event.image))];
    const isFew = names.length <= FEW_IMAGES;
    const asked = isFew ? await Promise.all(names.map(name => askFor(engine, name, signal))) : [];
    if (isFew && asked.every(saysAll) && !this.apply(asked)) return;
    this.images.replaceAll(await engine.images(signal));
  }

  /** @returns true where an image lost its last name to another one: engines drop it, keep it or hide it, unsaid */
  private apply(asked: readonly Asked[]): boolean {
    let lostLast = false;
    for (const { name, image } of asked) {
      if (!image) this.images.remove(name);
      else if (this.images.put(image)) lostLast = true;
    }
    return lostLast;
  }

  /** @returns true where something happened to a socket before the time was over */
  private async pause(attempt: number, connection: Connection, signal: AbortSignal): Promise<boolean> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const places = connection.kind === 'connected' ? [connection.engine.endpoint] : connection.tried;
    const patience = BACK_OFF[Math.min(attempt, BACK_OFF.length - 1)] ?? 30_000;
    const timer = this.options.clock.wait(patience, either).then(() => false);
    const change = this.options.appears(places, either).then(() => true);
    for (const loser of [timer, change]) loser.catch(() => undefined);
    try {
      const woken = await Promise.race([timer, change]);
      if (woken) await this.options.clock.wait(SHORTEST_PAUSE, signal);
      return woken;
    } finally {
      over.abort();
    }
  }

  private explained({ reason, detail }: Unavailable): EngineState {
    if (reason !== 'no-engine' || !this.lastConnected) return { kind: 'unavailable', reason, detail };
    const place = formatEndpoint(this.lastConnected);
    return {
      kind: 'unavailable',
      reason: 'not-running',
      detail: `The container engine at ${place} has stopped. Start it again and Plimsoll connects by itself.`,
    };
  }

  private showImages({ name }: Connected): void {
    const { dockerfileOf, asRead = image => image } = this.options;
    const images = summaries(this.images.all().map(asRead), dockerfileOf);
    this.show({ kind: 'connected', engine: name, images });
  }

  private show(state: EngineState): void {
    if (JSON.stringify(state) === JSON.stringify(this.shown)) return;
    this.shown = deepFreeze(state);
    this.options.onState(this.shown);
  }
}

interface Asked {
  readonly name: string;
  readonly image: EngineImage | undefined;
}

/**
 * Whether the answer says all there is to know: whether an image without a name is shown depends on other images, and
 * which image had a name that is none any more, only the list tells.
 */
function saysAll({ name, image }: Asked): boolean {
  return image ? image.tags.length > 0 : isImageId(name);
}

async function askFor(engine: Engine, name: string, signal: AbortSignal): Promise<Asked> {
  try {
    return { name, image: await engine.image(name, signal) };
  } catch (error) {
    if (error instanceof DockerError && error.failure === 'no-such-image') return { name, image: undefined };
    throw error;
  }
}
