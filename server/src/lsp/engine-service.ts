import type { Connection } from 'vscode-languageserver';
import { SYSTEM_CLOCK } from '../docker/clock';
import { connect, ownSurroundings } from '../docker/connect';
import type { Engine, EngineImage } from '../docker/engine';
import { DockerError } from '../docker/errors';
import type { HistoryRow } from '../docker/history';
import { imageHistory } from '../docker/image-history';
import { summary } from '../docker/image-set';
import { readRows, withUnnamedRest } from '../docker/read-rows';
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
import { answering, fieldOf, heeding, type Surprises, textField } from './answering';
import { builtFrom, type EngineFactsByFolder, EngineFactsReader } from './engine-facts';
import { withReadingProgress } from './reading-progress';
import type { Settings } from './settings';
import { WorkspaceBuilds } from './workspace-builds';
import { uriOf, type Workspaces } from './workspaces';

/**
 * The engine as the client sees it: followed while a panel is shown, asked once for the rules when a document is
 * opened, left alone otherwise.
 */
export class EngineService {
  private readonly builds: WorkspaceBuilds;
  private readonly facts: EngineFactsReader;
  private readonly stopped = new AbortController();
  private watch: EngineWatch;
  /** What is read one after the other, so that two readings of the same never overlap. */
  private reading: Promise<void> = Promise.resolve();
  private watching = false;
  private asked = false;
  /** The address in the settings that was last connected with. */
  private host: string | undefined;

  /** @param onFacts told what the rules may know of the engine, whenever that changes */
  constructor(
    private readonly connection: Connection,
    workspaces: Workspaces,
    private readonly settings: Settings,
    private readonly onFacts: (facts: EngineFactsByFolder) => void,
    surprises: Surprises,
  ) {
    this.builds = new WorkspaceBuilds(workspaces);
    this.facts = new EngineFactsReader(workspaces, this.builds);
    this.watch = this.newWatch();
    const follow = (params: unknown) => void this.follow(fieldOf(params, 'watching') === true);
    connection.onNotification(watchEngine.method, heeding(watchEngine.method, surprises, follow));
    const layers = (params: unknown) => this.layers(textField(params, 'id'));
    connection.onRequest(imageLayers.method, answering(imageLayers.method, surprises, layers));
  }

  /** A document was opened whose findings may be told more exactly with the engine's images. */
  async factsWanted(): Promise<void> {
    if (this.asked || this.watching) return;
    this.asked = true;
    const patience = AbortSignal.timeout(10_000);
    try {
      const found = await this.connect(patience);
      if (found.kind !== 'connected') return;
      const images = await found.engine.images(patience);
      await this.builds.refresh();
      // A watch that was started meanwhile knows it better.
      if (!this.watching) await this.readFacts(found.engine, images);
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
    this.factsChanged();
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
    this.stopped.abort();
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
      asRead: image => this.facts.asRead(image),
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
    if (state.kind === 'connected') this.factsChanged();
  }

  /** The images, their Dockerfiles or what is known of them are other than they were. */
  private factsChanged(): void {
    this.inTurn(async () => {
      const engine = this.watch.engine;
      if (engine) await this.readFacts(engine, this.watch.knownImages);
    });
  }

  private async readFacts(engine: Engine, images: readonly EngineImage[]): Promise<void> {
    const facts = await this.facts.read(engine, images, this.stopped.signal);
    if (facts) this.onFacts(facts);
  }

  /** Somebody looks at an image of the workspace: what is in it says more than its layers alone. */
  private lookInto(engine: Engine, image: EngineImage, rows: readonly HistoryRow[]): void {
    const baseEntries = rows.filter(row => row.base).length;
    this.inTurn(async () => {
      const name = image.tags[0] ?? image.id;
      const found = await withReadingProgress(
        this.connection,
        name,
        this.stopped.signal,
        (signal, onProgress) => this.facts.lookInto(engine, image, baseEntries, signal, onProgress),
      );
      if (!found) return;
      this.watch.workspaceChanged();
      await this.readFacts(engine, this.watch.knownImages);
    });
  }

  private inTurn(read: () => Promise<void>): void {
    this.reading = this.reading.then(read).catch(error => {
      // The image or the engine is no longer there, or the answer is no longer needed: the rules do without.
      if (!this.stopped.signal.aborted)
        this.connection.console.log(`the engine's images are not known: ${String(error)}`);
    });
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
      if (!(error instanceof DockerError)) throw error;
      // The image or the engine is no longer there; the state that follows says so, or that it is silent.
      if (error.failure === 'no-answer' || error.failure === 'failed') this.watch.doubt(error);
      return null;
    }
  }

  private async layersOf(engine: Engine, image: EngineImage): Promise<ImageLayers> {
    const by = this.builds.of(image);
    const built = by && (await builtFrom(by));
    const rows = await imageHistory(engine, image.id, built, this.stopped.signal);
    const uri = by && uriOf(by.root.folder, by.dockerfile);
    if (rows.some(row => row.line !== undefined)) this.lookInto(engine, image, rows);
    const contents = this.facts.contentsOf(image);
    const shown = contents ? readRows(rows, contents, image) : withUnnamedRest(rows, image.bytes);
    return {
      image: summary(this.facts.asRead(image), uri),
      layers: shown.map(row => layerRow(row, uri)),
    };
  }
}

function layerRow(row: HistoryRow, uri: string | undefined): LayerRow {
  const { index, bytes, instruction, createdAt, base, line } = row;
  const place = line === undefined || uri === undefined ? {} : { line: { uri, line } };
  return { index, bytes, instruction, createdAt, base, ...place };
}
