import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { SYSTEM_CLOCK } from '../../server/src/docker/clock';
import { ownSurroundings } from '../../server/src/docker/connect';
import type { Engine } from '../../server/src/docker/engine';
import { engineFacts } from '../../server/src/docker/facts';
import { readLayers } from '../../server/src/docker/read-layers';
import { type Weighing, weigh } from '../../server/src/docker/weigh';
import { removeImages, requireEngine } from '../support/engine';
import { loadGrammar } from '../support/grammar';
import { connectedEngine, onlySocket } from './connected';
import { EngineDoor } from './engine-door';
import { buildProject, importShellImage, removedAfterwards, SHELL_IMAGE } from './shell-image';

const TAG = 'plimsoll-test/weigh:1';
const BIG = 'plimsoll-test/big:1';
const signal = new AbortController().signal;

const dockerfile = [
  `FROM ${SHELL_IMAGE}`,
  'WORKDIR /app',
  'RUN mkdir -p /root/.cache/pip && dd if=/dev/zero of=/root/.cache/pip/wheel bs=1000 count=500',
  'RUN dd if=/dev/zero of=/app/model bs=1000 count=2000',
  'RUN rm -r /root/.cache',
  'RUN chmod 600 /app/model',
  'COPY app.py /app/',
].join('\n');

describe('Weighing an image', function () {
  this.timeout(120_000);
  let engine: Engine;

  before(requireEngine);
  removedAfterwards(TAG, BIG);

  beforeEach(async () => {
    await loadGrammar();
    await importShellImage();
    engine = await connectedEngine(ownSurroundings());
  });

  for (const builder of ['buildkit', 'classic'] as const) {
    it(`${builder}: says what each line brings and what is wasted`, async () => {
      await buildProject(TAG, { dockerfile, files: { 'app.py': 'print(1)\n' }, builder });
      const built = { dockerfile: parseDockerfile('api/Dockerfile', dockerfile) };
      const weighing = await weigh(engine, TAG, built, signal);
      assert.deepEqual(weighing.image.tags, [TAG]);
      assert.deepEqual(ownLayers(weighing), [
        [2, 0, 0],
        [3, 500_000, 1],
        [4, 2_000_000, 1],
        [5, 0, 0],
        [6, 2_000_000, 1],
        [7, 9, 1],
      ]);
      const pip = weighing.layers.find(layer => layer.line === 2);
      assert.deepEqual(pip?.caches, [
        { name: 'pip cache', path: '/root/.cache/pip', bytes: 500_000, files: 1 },
      ]);
      assert.equal(weighing.waste.bytes, 2_500_000);
      assert.deepEqual(
        weighing.waste.entries.map(({ path, bytes, cause, by }) => [
          path,
          bytes,
          cause,
          lineOf(weighing, by),
        ]),
        [
          ['/app/model', 2_000_000, 'overwritten', 6],
          ['/root/.cache/pip/wheel', 500_000, 'deleted', 5],
        ],
      );
    });
  }

  it('The figures of list, image and weighing agree to the byte, or say that they are estimates', async () => {
    const linked = `FROM ${SHELL_IMAGE}\nRUN dd if=/dev/zero of=/a bs=1000 count=100 && cp -l /a /b && cp -s /a /c\nRUN rm /a\n`;
    await buildProject(TAG, { dockerfile: linked });
    const { image, layers, waste } = await weigh(engine, TAG, undefined, signal);
    assert.deepEqual(
      layers.slice(-2).map(({ bytes, files }) => [bytes, files]),
      [
        [100_000, 3],
        [0, 0],
      ],
    );
    assert.equal(waste.bytes, 0, 'another name still reaches the file');
    const listed = (await engine.images(signal)).find(({ tags }) => tags.includes(TAG));
    const shown = await engine.image(TAG, signal);
    assert.deepEqual([listed?.bytes, listed?.sizes], [shown.bytes, shown.sizes]);
    const history = await engine.history(TAG, signal);
    assert.equal(
      history.reduce((sum, { bytes }) => sum + bytes, 0),
      shown.bytes,
    );
    if (shown.sizes === undefined) assert.equal(shown.bytes, image.bytes);
    else assert.ok(shown.bytes > image.bytes * 0.9 && shown.bytes < image.bytes * 1.5, `${shown.bytes}`);
  });

  it('Without a Dockerfile the layers have their instructions all the same', async () => {
    const weighing = await weigh(engine, SHELL_IMAGE, undefined, signal);
    assert.equal(weighing.layers.length, 1);
    assert.ok((weighing.layers[0]?.biggest.length ?? 0) > 0);
    assert.equal(weighing.dockerfile, undefined);
  });

  it('An image that the engine does not have is an error with a sentence', async () => {
    await assert.rejects(weigh(engine, 'plimsoll-test/none:1', undefined, signal), {
      failure: 'no-such-image',
      message: 'The engine has no image plimsoll-test/none:1; it may have been removed.',
    });
    for (const name of ['x/../../containers', 'x?y=z', 'a b', '', '..', 'x#y']) {
      await assert.rejects(weigh(engine, name, undefined, signal), { failure: 'no-such-image' });
    }
  });

  it('The facts for the rules name every image with its size', async () => {
    const nothing = async () => undefined;
    const clock = { ...SYSTEM_CLOCK, now: () => 7 };
    const sources = { engine, clock, builtFrom: nothing, contentsOf: nothing };
    const facts = await engineFacts(await engine.images(signal), sources, signal);
    assert.equal(facts.takenAt, 7);
    const shell = facts.images.find(image => image.tags.includes(SHELL_IMAGE));
    assert.equal(shell?.bytes, (await engine.image(SHELL_IMAGE, signal)).bytes);
  });

  describe('a big one', () => {
    let door: EngineDoor;

    beforeEach(async () => {
      await buildProject(BIG, {
        dockerfile: `FROM ${SHELL_IMAGE}\nRUN dd if=/dev/zero of=/big bs=1000000 count=150\n`,
      });
      door = await EngineDoor.inFrontOf(engine);
      await door.open();
    });
    afterEach(() => door?.remove());

    function read(cancel: AbortSignal = signal) {
      const endpoint = { kind: 'unix', path: door.path } as const;
      return readLayers({ endpoint, reference: BIG, baseEntries: 1, bytes: 150_000_000 }, cancel);
    }

    it('leaves the thread free while it is read', async () => {
      // The door of the test would work in this thread, so the engine is asked directly.
      const before = performance.eventLoopUtilization();
      const contents = await readLayers(
        { endpoint: engine.endpoint, reference: BIG, baseEntries: 1, bytes: 150_000_000 },
        signal,
      );
      const { utilization } = performance.eventLoopUtilization(before);
      assert.equal(contents.layers.at(-1)?.bytes, 150_000_000);
      assert.ok(utilization < 0.5, `the thread was busy for ${Math.round(utilization * 100)} % of the time`);
    });

    it('stops at once when nobody wants it any more', async () => {
      const cancel = new AbortController();
      const reading = read(cancel.signal);
      await door.sent(2_000_000);
      cancel.abort();
      await assert.rejects(reading, { failure: 'cancelled' });
      await door.idle();
    });

    it('says so when the engine goes in the middle', async () => {
      const reading = read();
      const rejected = assert.rejects(reading, { failure: 'engine-gone' });
      await door.sent(2_000_000);
      await door.close();
      await rejected;
    });

    it('is read, or said to be gone, when it is removed meanwhile', async () => {
      const reading = read().then(
        contents => contents.layers.at(-1)?.bytes,
        (error: { failure?: string }) => error.failure,
      );
      await removeImages(BIG);
      assert.ok([150_000_000, 'no-such-image'].includes((await reading) ?? ''));
      await assert.rejects(read(), { failure: 'no-such-image' });
    });
  });

  it('A connection that is named by a socket of our own is the same engine', async () => {
    const door = await EngineDoor.inFrontOf(engine);
    await door.open();
    const other = await connectedEngine(onlySocket(door.path));
    assert.equal(await other.name(signal), await engine.name(signal));
    await door.remove();
  });
});

function ownLayers({ layers }: Weighing): (readonly [line: number, bytes: number, files: number])[] {
  return layers.filter(layer => !layer.base).map(({ line = -1, bytes, files }) => [line + 1, bytes, files]);
}

function lineOf({ layers }: Weighing, index: number): number {
  return (layers[index]?.line ?? -1) + 1;
}
