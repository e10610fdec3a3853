import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { EngineState, ImageLayers, ImageSummary } from '../../server/src/protocol';
import { engineChanged, imageLayers, watchEngine } from '../../server/src/protocol';
import { archiveOfLayers, layerOf } from '../docker/archives';
import { header } from '../docker/many-files';
import {
  type Answers,
  body,
  endless,
  IMAGE,
  IMAGE_ID,
  json,
  OddEngine,
  silent,
  status,
} from '../docker/odd-engine';
import { makeFolder, removeFolders } from '../support/folders';
import { FULL_CLIENT, LspClient } from '../support/lsp-client';

const FILES = {
  'compose.yaml': 'services:\n  web:\n    build: .\n    image: odd:1\n',
  Dockerfile: 'FROM scratch\nCOPY a /a\n',
};

/** What `window/workDoneProgress` says, as far as it is compared here. */
interface Progress {
  readonly token: string | number;
  readonly value: { readonly kind: string; readonly title?: string; readonly cancellable?: boolean };
}

function imagesOf(state: EngineState): readonly ImageSummary[] {
  return state.kind === 'connected' ? state.images : [];
}

describe('the language server beside an engine that does not do as it should', function () {
  this.timeout(60_000);
  let engine: OddEngine;
  let client: LspClient;
  const states: EngineState[] = [];
  let told: () => void = () => undefined;

  async function start(answers: Answers): Promise<void> {
    engine = await OddEngine.start(answers);
    client = await LspClient.start({
      folder: makeFolder(FILES),
      settings: { engine: { host: `unix://${engine.path}` } },
      capabilities: { ...FULL_CLIENT, window: { workDoneProgress: true } },
    });
    client.connection.onNotification(engineChanged.method, (state: EngineState) => {
      states.push(state);
      told();
    });
  }

  async function until(kind: EngineState['kind']): Promise<EngineState> {
    for (;;) {
      const state = states.at(-1);
      if (state?.kind === kind) return state;
      await new Promise<void>(resolve => {
        told = resolve;
      });
    }
  }

  function watch(): Promise<void> {
    return client.connection.sendNotification(watchEngine.method, { watching: true });
  }

  function layersOf(id: string): Promise<ImageLayers | null> {
    return client.connection.sendRequest(imageLayers.method, { id });
  }

  afterEach(async () => {
    await client.stop();
    await engine.stop();
    states.length = 0;
  });
  after(removeFolders);

  it('says why there are no layers, and looks for the engine again', async () => {
    await start({ [`/images/${IMAGE_ID}/history`]: status(500, '{"message":"the store is broken"}') });
    await watch();
    await until('connected');
    assert.equal(await layersOf(IMAGE_ID), null);
    const state = await until('unavailable');
    assert.match(state.kind === 'unavailable' ? state.detail : '', /the store is broken/);
    await until('connected');
  });

  it('shows the layers of an engine whose figures are odd, without a number that is none', async () => {
    await start({
      '/images/json': json([{ ...IMAGE, Size: -1, Created: 'x' }, null]),
      [`/images/${IMAGE_ID}/history`]: json([{ CreatedBy: 'COPY a /a', Size: '7', Created: null }]),
      [`/images/${IMAGE_ID}/get`]: status(500, ''),
    });
    await watch();
    await until('connected');
    const found = await layersOf(IMAGE_ID);
    assert.deepEqual([found?.image.bytes, found?.image.createdAt, found?.layers[0]?.bytes], [0, 0, 0]);
  });

  it('shows the space that an image is said to take, and the bytes of its files once they were read', async () => {
    const file = { name: 'a', text: 'x'.repeat(1000) };
    const archive = await archiveOfLayers([await layerOf([file])], [{ created_by: 'COPY a /a' }]);
    const unpacked = {
      Kind: 'image',
      Available: true,
      Size: { Content: 300, Total: 4_396 },
      ImageData: { Platform: { os: 'linux', architecture: 'amd64' }, Size: { Unpacked: 4_096 } },
    };
    const image = { ...IMAGE, Size: 4_396, Manifests: [unpacked] };
    await start({
      '/images/json': json([image]),
      [`/images/${IMAGE_ID}/json`]: json({ ...image, Created: '2024-01-02T03:04:05Z' }),
      [`/images/${IMAGE_ID}/history`]: json([
        { CreatedBy: 'COPY a /a', Size: 4_096, Created: 1_700_000_000 },
      ]),
      [`/images/${IMAGE_ID}/get`]: body(archive),
    });
    await watch();
    const [first] = imagesOf(await until('connected'));
    assert.deepEqual([first?.bytes, first?.sizes], [4_096, 'estimated']);
    const before = await layersOf(IMAGE_ID);
    assert.deepEqual([before?.image.sizes, before?.layers.map(({ bytes }) => bytes)], ['estimated', [4_096]]);
    const read = (state: EngineState | undefined) => state && imagesOf(state)[0]?.bytes === 1000;
    while (!read(states.at(-1))) {
      await new Promise<void>(resolve => {
        told = resolve;
      });
    }
    const after = await layersOf(IMAGE_ID);
    assert.deepEqual([after?.image.bytes, after?.image.sizes], [1000, undefined]);
    assert.deepEqual(
      after?.layers.map(({ bytes, line }) => [bytes, line?.line]),
      [[1000, 1]],
    );
  });

  it('shows a row for what the history leaves out, so that rows add up to the image', async () => {
    await start({
      '/images/json': json([{ ...IMAGE, Size: 8_020 }]),
      [`/images/${IMAGE_ID}/history`]: json([
        { CreatedBy: 'COPY a /a', Size: 3_000, Created: 1_700_000_000 },
      ]),
      [`/images/${IMAGE_ID}/get`]: status(500, ''),
    });
    await watch();
    await until('connected');
    const found = await layersOf(IMAGE_ID);
    assert.deepEqual(
      found?.layers.map(({ index, bytes, instruction }) => [index, bytes, instruction]),
      [
        [0, 3_000, 'COPY a /a'],
        [1, 5_020, '(no instruction recorded)'],
      ],
    );
  });

  it('leaves the engine at once when it is shut down in the middle of a reading', async () => {
    const get = `/images/${IMAGE_ID}/get`;
    await start({ [get]: silent });
    await watch();
    await until('connected');
    await layersOf(IMAGE_ID);
    await engine.asked(get);
    const started = performance.now();
    await client.connection.sendRequest('shutdown');
    await engine.idle();
    assert.ok(performance.now() - started < 2_000);
  });

  it('shows how far a long reading is, and ends it when the user cancels', async () => {
    const begun = Buffer.concat([header('0/layer.tar', 2 ** 32), header('big', 2 ** 32 - 1536)]);
    const archive = endless(Buffer.alloc(20_000), begun);
    let closed: () => void = () => undefined;
    const left = new Promise<void>(resolve => {
      closed = resolve;
    });
    await start({
      '/images/json': json([{ ...IMAGE, Size: 3_000_000_000 }]),
      [`/images/${IMAGE_ID}/get`]: (response, request) => {
        response.once('close', () => closed());
        archive(response, request);
      },
    });
    client.connection.onRequest('window/workDoneProgress/create', () => null);
    const shown: Progress[] = [];
    client.connection.onNotification('$/progress', (progress: Progress) => {
      shown.push(progress);
      if (progress.value.kind === 'report')
        void client.connection.sendNotification('window/workDoneProgress/cancel', { token: progress.token });
    });
    await watch();
    await until('connected');
    assert.ok(await layersOf(IMAGE_ID));
    await left;
    const [begin] = shown;
    assert.deepEqual(
      [begin?.value.kind, begin?.value.title, begin?.value.cancellable],
      ['begin', 'Reading odd:1', true],
    );
    assert.ok(existsSync(engine.path), 'the engine is still there: it was the user who ended it');
  });
});
