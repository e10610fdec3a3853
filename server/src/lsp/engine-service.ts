import type { Connection } from 'vscode-languageserver';
import { parseDockerfile } from '../core/dockerfile/parse';
import type { EngineFacts } from '../core/facts/engine';
import { SYSTEM_CLOCK } from '../docker/clock';
import { connect, ownSurroundings } from '../docker/connect';
import type { Engine, EngineImage } from '../docker/engine';
import { DockerError } from '../docker/errors';
import { engineFacts, factsOf } from '../docker/facts';
import type { HistoryRow } from '../docker/history';
import { type BuiltFrom, imageHistory } from '../docker/image-history';
import { socketAppears } from '../docker/socket-appears';
import { EngineWatch } from '../docker/watch';
import {
  type EngineState,
  engineChanged,
  type ImageLayers,
  imageLayers,
  type LayerRow,
  watchEngine,
} from '../protocol';
import type { Settings } from './settings';
import { type BuiltBy, WorkspaceBuilds } from './workspace-builds';
import { uriOf, type Workspaces } from './workspaces';

/**
 * The engine as the client sees it: followed while a panel is shown, asked once for the rules when a document is
 * opened, left alone otherwise.
 */
export class EngineService {
  private readonly builds: WorkspaceBuilds;
  private watch: EngineWatch;
  private watching = false;
  private asked = false;
  /** The address in the settings that was last connected with. */
  private host: string | undefined;

  /** @param onFacts told what the rules may know of the engine, whenever that changes */
  constructor(
    private readonly connection: Connection,
    workspaces: Workspaces,
    private readonly settings: Settings,
    private readonly onFacts: (facts: EngineFacts) => void,
  ) {
    this.builds = new WorkspaceBuilds(workspaces);
    this.watch = this.newWatch();
    connection.onNotification(watchEngine.method, ({ watching }: { watching: boolean }) =>
      this.follow(watching),
    );
    connection.onRequest(imageLayers.method, ({ id }: { id: string }) => this.layers(id));
  }

  /** A document was opened whose findings may be told more exactly with the engine's images. */
  async factsWanted(): Promise<void> {
    if (this.asked || this.watching) return;
    this.asked = true;
    const patience = AbortSignal.timeout(10_000);
    try {
      const found = await this.connect(patience);
      if (found.kind !== 'connected') return;
      const facts = await engineFacts(found.engine, SYSTEM_CLOCK, patience);
      // A watch that was started meanwhile knows it better.
      if (!this.watching) this.onFacts(facts);
    } catch (error) {
      // The rules do without; the panel says what is wrong with the engine.
      this.connection.console.log(`the engine's images are not known: ${String(error)}`);
    }
  }

  /** The workspace's files have changed: other Dockerfiles may build the images. */
  async workspaceChanged(): Promise<void> {
    if (!this.watching) return;
    await this.builds.refresh();
    this.watch.workspaceChanged();
  }

  /** Settings have changed: the address of the engine may be another. */
  async settingsChanged(): Promise<void> {
    const host = await this.settings.engineHost().catch(() => this.host);
    if (host === this.host) return;
    this.asked = false;
    if (!this.watching) return;
    this.watch.stop();
    this.watch = this.newWatch();
    this.watch.start();
  }

  stop(): void {
    this.watch.stop();
  }

  private async follow(watching: boolean): Promise<void> {
    if (watching === this.watching) {
      // A client that asks again has lost what it was told.
      if (watching) this.tell(this.watch.state);
      return;
    }
    this.watching = watching;
    if (!watching) {
      this.watch.stop();
      return;
    }
    this.tell(this.watch.state);
    await this.builds.refresh();
    if (this.watching) this.watch.start();
  }

  private newWatch(): EngineWatch {
    return new EngineWatch({
      connect: signal => this.connect(signal),
      clock: SYSTEM_CLOCK,
      appears: socketAppears,
      onState: state => this.changed(state),
      dockerfileOf: image => {
        const by = this.builds.of(image);
        return by && uriOf(by.root.folder, by.dockerfile);
      },
    });
  }

  private async connect(signal: AbortSignal) {
    const around = ownSurroundings();
    const host = await this.settings.engineHost();
    this.host = host;
    return connect(host ? { ...around, env: { ...around.env, DOCKER_HOST: host } } : around, signal);
  }

  private changed(state: EngineState): void {
    this.tell(state);
    if (state.kind === 'connected') this.onFacts(factsOf(this.watch.knownImages, SYSTEM_CLOCK));
  }

  private tell(state: EngineState): void {
    void this.connection.sendNotification(engineChanged.method, state);
  }

  private async layers(id: string): Promise<ImageLayers | null> {
    const engine = this.watch.engine;
    const image = this.watch.knownImages.find(known => known.id === id);
    if (!engine || !image) return null;
    try {
      return await this.layersOf(engine, image);
    } catch (error) {
      // The image or the engine has gone meanwhile; the state that follows says so.
      if (error instanceof DockerError) return null;
      throw error;
    }
  }

  private async layersOf(engine: Engine, image: EngineImage): Promise<ImageLayers> {
    const by = this.builds.of(image);
    const built = by && (await builtFrom(by));
    const rows = await imageHistory(engine, image.id, built, AbortSignal.timeout(30_000));
    const uri = by && uriOf(by.root.folder, by.dockerfile);
    return {
      image: {
        id: image.id,
        tags: image.tags,
        bytes: image.bytes,
        createdAt: image.createdAt,
        ...(uri === undefined ? {} : { dockerfile: uri }),
      },
      layers: rows.map(row => layerRow(row, uri)),
    };
  }
}

async function builtFrom({ root, dockerfile, target }: BuiltBy): Promise<BuiltFrom | undefined> {
  const text = await root.workspace.text(dockerfile);
  return text === undefined ? undefined : { dockerfile: parseDockerfile(dockerfile, text), target };
}

function layerRow({ line, ...row }: HistoryRow, uri: string | undefined): LayerRow {
  return { ...row, ...(line === undefined || uri === undefined ? {} : { line: { uri, line } }) };
}
