import * as vscode from 'vscode';
import {
  type EngineState,
  engineChanged,
  type ImageLayers,
  type ImageSummary,
  imageLayers,
  watchEngine,
} from '../../../server/src/protocol';
import { CONTEXT_KEYS } from '../ids';
import type { Client } from '../language-client';
import { agesLast, imageOf } from './view-model';

/** What the panel's views ask before they are watched: whether anybody sees them. */
export interface Viewed {
  readonly visible: boolean;
  readonly onDidChangeVisibility: vscode.Event<unknown>;
}

/** In milliseconds; timers cannot wait for months. */
const LONGEST_WAIT = 24 * 60 * 60 * 1000;

const connecting: EngineState = { kind: 'connecting' };

/** What both views of the panel show: the engine's state, as the server tells it, and the image that was chosen. */
export class PanelModel implements vscode.Disposable {
  private current: EngineState = connecting;
  private reference: string | undefined;
  private readonly views = new Set<Viewed>();
  private watching = false;
  private ageing: NodeJS.Timeout | undefined;
  private readonly changed = new vscode.EventEmitter<EngineState>();
  private readonly chosenChanged = new vscode.EventEmitter<string>();
  private readonly disposables: vscode.Disposable[];

  /** There is something else to show: another state, or images that have grown older. */
  readonly onDidChange = this.changed.event;
  readonly onDidChoose = this.chosenChanged.event;

  constructor(private readonly client: Client) {
    this.disposables = [
      this.changed,
      this.chosenChanged,
      client.onNotification(engineChanged, state => this.update(state)),
      client.onDidStart(() => this.reconnect()),
      client.onDidStop(() => this.update(connecting)),
    ];
    this.update(connecting);
  }

  get state(): EngineState {
    return this.current;
  }

  /** The name or the id of the image whose layers are shown. */
  get chosen(): string | undefined {
    return this.reference;
  }

  choose(reference: string): void {
    this.reference = reference;
    this.chosenChanged.fire(reference);
  }

  /** The image that a name or an id stands for now. */
  image(reference: string): ImageSummary | undefined {
    return imageOf(this.current, reference);
  }

  /** Follows the engine while the view is visible; until it is disposed. */
  watch(view: Viewed): vscode.Disposable {
    this.views.add(view);
    const listener = view.onDidChangeVisibility(() => this.tellWhetherWatching());
    this.tellWhetherWatching();
    return new vscode.Disposable(() => {
      listener.dispose();
      this.views.delete(view);
      this.tellWhetherWatching();
    });
  }

  /** Makes the server connect and read everything again. */
  async refresh(): Promise<void> {
    if (!this.watching) return;
    await this.tell(false);
    await this.tell(true);
  }

  /** Undefined if the engine, the image or the server is no longer there. */
  async layers(id: string): Promise<ImageLayers | undefined> {
    try {
      return (await this.client.request(imageLayers, { id })) ?? undefined;
    } catch {
      // The server went away in the middle: it says the new state when it is back, and the views ask again.
      return undefined;
    }
  }

  dispose(): void {
    clearTimeout(this.ageing);
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private update(state: EngineState): void {
    this.current = state;
    const welcome = state.kind === 'unavailable' ? state.reason : state.kind;
    void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.engine, welcome);
    this.changed.fire(state);
    this.waitForAges();
  }

  /** Ages grow while it is shown. */
  private waitForAges(): void {
    clearTimeout(this.ageing);
    const wait = this.watching ? agesLast(this.current, Date.now()) : undefined;
    if (wait === undefined) return;
    this.ageing = setTimeout(
      () => {
        this.changed.fire(this.current);
        this.waitForAges();
      },
      Math.min(wait, LONGEST_WAIT),
    );
  }

  /** A server that has just started knows nothing of who watches. */
  private reconnect(): void {
    this.update(connecting);
    if (this.watching) void this.tell(true);
  }

  private tellWhetherWatching(): void {
    const watching = [...this.views].some(({ visible }) => visible);
    if (watching === this.watching) return;
    this.watching = watching;
    this.waitForAges();
    void this.tell(watching);
  }

  private async tell(watching: boolean): Promise<void> {
    try {
      await this.client.notify(watchEngine, { watching });
    } catch {
      // The server went away in the middle: it is told again when it is back.
    }
  }
}
