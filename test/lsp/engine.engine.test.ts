import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ownSurroundings } from '../../server/src/docker/connect';
import { weigh } from '../../server/src/docker/weigh';
import type { EngineState, ImageLayers } from '../../server/src/protocol';
import { engineChanged, imageLayers, watchEngine } from '../../server/src/protocol';
import { connectedEngine } from '../docker/connected';
import { importShellImage } from '../docker/shell-image';
import { buildImage, bytesOfLayers, removeImages, requireEngine, tagImage } from '../support/engine';
import { makeFolder, removeFolders } from '../support/folders';
import { LspClient } from '../support/lsp-client';
import { weighedProject } from '../support/weighed-project';

const IMAGE = 'plimsoll-test/lsp:1';
const WEIGHED = 'plimsoll-test/lsp-weighed:1';
const FILES = {
  'compose.yaml': `services:\n  web:\n    build: .\n    image: ${IMAGE}\n`,
  Dockerfile: 'FROM scratch\nCOPY a /a\n',
  a: 'x'.repeat(1000),
};

describe('the language server beside an engine', function () {
  this.timeout(60_000);
  let folder: string;
  let client: LspClient;
  const states: EngineState[] = [];
  let told: () => void = () => undefined;

  async function start(settings: Record<string, unknown> = {}, where = folder): Promise<void> {
    client = await LspClient.start({ folder: where, settings });
    client.connection.onNotification(engineChanged.method, (state: EngineState) => {
      states.push(state);
      told();
    });
    await client.connection.sendNotification(watchEngine.method, { watching: true });
  }

  function until(happened: (state: EngineState) => boolean): Promise<EngineState> {
    return new Promise(resolve => {
      told = () => {
        const state = states.at(-1);
        if (state && happened(state)) resolve(state);
      };
      told();
    });
  }

  const hasTag = (tag: string) => (state: EngineState) =>
    state.kind === 'connected' && state.images.some(image => image.tags.includes(tag));

  before(async function () {
    await requireEngine.call(this);
    folder = makeFolder(FILES);
    await buildImage({ context: folder, tag: IMAGE });
  });
  afterEach(async () => {
    await client.stop();
    states.length = 0;
  });
  after(async () => {
    await removeImages(IMAGE, 'plimsoll-test/lsp:2', WEIGHED);
    removeFolders();
  });

  it('tells which images there are, and which this workspace builds', async () => {
    await start();
    const state = await until(hasTag(IMAGE));
    assert.ok(state.kind === 'connected');
    const image = state.images.find(it => it.tags.includes(IMAGE));
    assert.match(image?.dockerfile ?? '', /^file:.*\/Dockerfile$/);
  });

  it('tells of a new tag, and of the layers with their lines', async () => {
    await start();
    await until(hasTag(IMAGE));
    await tagImage(IMAGE, 'plimsoll-test/lsp:2');
    const state = await until(hasTag('plimsoll-test/lsp:2'));
    const image = state.kind === 'connected' && state.images.find(it => it.tags.includes(IMAGE));
    assert.ok(image);
    const found: ImageLayers | null = await client.connection.sendRequest(imageLayers.method, {
      id: image.id,
    });
    assert.deepEqual(
      found?.layers.map(layer => [layer.bytes, layer.line?.line]),
      // A file of one block in a folder of another.
      [[(await bytesOfLayers()) === 'measured' ? 1000 : 2 * 4096, 1]],
    );
    assert.equal(await client.connection.sendRequest(imageLayers.method, { id: 'sha256:nowhere' }), null);
  });

  it('measures findings in the images of the workspace, and more once somebody looks into one', async () => {
    await importShellImage();
    const weighed = makeFolder(weighedProject(WEIGHED));
    await buildImage({ context: weighed, tag: WEIGHED });
    await start({}, weighed);
    const state = await until(hasTag(WEIGHED));
    const uri = pathToFileURL(join(weighed, 'Dockerfile')).href;
    await client.openFile(uri, weighedProject(WEIGHED).Dockerfile ?? '');
    const says = (words: string) =>
      client.diagnosticsThat(uri, all => all.some(it => String(it.message).includes(words)));
    const isMeasured = (await bytesOfLayers()) === 'measured';
    await says(isMeasured ? 'in a layer of 2.3 MB (measured)' : 'about 2.3 MB (estimated)');
    const image = state.kind === 'connected' && state.images.find(it => it.tags.includes(WEIGHED));
    assert.ok(image);
    await client.connection.sendRequest(imageLayers.method, { id: image.id });
    await says('stay in this layer: 300 kB (measured)');

    const shown: ImageLayers | null = await client.connection.sendRequest(imageLayers.method, {
      id: image.id,
    });
    const engine = await connectedEngine(ownSurroundings());
    const figures = await weigh(engine, WEIGHED, undefined, new AbortController().signal);
    assert.deepEqual(
      shown?.layers.map(({ bytes }) => bytes),
      figures.layers.map(({ bytes }) => bytes),
      'the panel and `weigh` say the same',
    );
    assert.equal(
      figures.layers.reduce((sum, { bytes }) => sum + bytes, 0),
      figures.image.bytes,
    );
  });

  it('asks the engine that the settings name, and no other in its place', async () => {
    await start({ engine: { host: 'unix:///nowhere/docker.sock' } });
    const state = await until(it => it.kind === 'unavailable');
    assert.ok(state.kind === 'unavailable' && state.reason === 'no-engine');
    assert.ok(states.every(seen => seen.kind !== 'connected'));
  });

  it('goes over to the engine that changed settings name', async () => {
    await start({ engine: { host: 'unix:///nowhere/docker.sock' } });
    await until(it => it.kind === 'unavailable');
    client.settings = {};
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: {} });
    await until(hasTag(IMAGE));
  });
});
