import assert from 'node:assert/strict';
import { openEngine } from '../../server/src/docker/engine';
import type { LayerRequest } from '../../server/src/docker/layer-worker';
import { type LayerProgress, readLayers } from '../../server/src/docker/read-layers';
import { weigh } from '../../server/src/docker/weigh';
import { dockerArchive } from './archives';
import { header } from './many-files';
import {
  type Answer,
  body,
  dribbling,
  endless,
  IMAGE_ID,
  type OddEngine,
  QUICK,
  silent,
  stalled,
  status,
  withOdd,
} from './odd-engine';

const signal = new AbortController().signal;
const GET = `/images/${IMAGE_ID}/get`;

function requestTo(engine: OddEngine, more: Partial<LayerRequest> = {}): LayerRequest {
  return {
    endpoint: engine.endpoint,
    reference: IMAGE_ID,
    baseEntries: 0,
    bytes: 1_000,
    limits: QUICK,
    ...more,
  };
}

/** Begins like the archive of an image with one large layer. */
const begun = Buffer.concat([header('0/layer.tar', 2 ** 32), header('big', 2 ** 32 - 1536)]);

describe('An image that is read from an engine that does not do as it should', function () {
  // Each starts a thread of its own.
  this.timeout(20_000);

  for (const [title, answer, failure, message] of [
    ['says nothing', silent, 'no-answer', /without a byte/],
    ['stops in the middle', stalled(begun), 'no-answer', /200 ms without a byte/],
    ['sends a page', body('<html>'.repeat(1_000)), 'unreadable', /damaged/],
    ['refuses', status(500, '{"message":"no space left on device"}'), 'failed', /no space left on device/],
    ['redirects', status(302, '', { location: '/elsewhere' }), 'failed', /redirects/],
    [
      'breaks off',
      (response => response.write(begun, () => response.destroy())) as Answer,
      'engine-gone',
      /stopped while/,
    ],
  ] as const) {
    it(`${title}: ends with a sentence`, async () => {
      await withOdd({ [GET]: answer }, async engine => {
        await assert.rejects(readLayers(requestTo(engine), signal), {
          name: 'DockerError',
          failure,
          message,
        });
        await engine.idle();
      });
    });
  }

  it('has no end: is read so far and no further', async () => {
    const limits = { ...QUICK, archiveBytes: 30_000_000 };
    await withOdd({ [GET]: endless(Buffer.alloc(1_000_000), begun) }, async engine => {
      await assert.rejects(readLayers(requestTo(engine, { limits }), signal), {
        failure: 'unreadable',
        message: /more than 30 MB, which is more than Plimsoll reads/,
      });
      await engine.idle();
    });
  });

  it('sends a byte now and then: ends all the same', async () => {
    const limits = { ...QUICK, archive: 700 };
    await withOdd({ [GET]: dribbling(20) }, async engine => {
      await assert.rejects(readLayers(requestTo(engine, { limits }), signal), { failure: 'no-answer' });
    });
  });

  it('tells how far it is as long as bytes come, and ends when it is cancelled', async () => {
    const cancel = new AbortController();
    const told: LayerProgress[] = [];
    await withOdd({ [GET]: endless(Buffer.alloc(100_000), begun) }, async engine => {
      const reading = readLayers(requestTo(engine, { bytes: 7_000 }), cancel.signal, progress => {
        told.push(progress);
        if (progress.bytes > 0) cancel.abort();
      });
      await assert.rejects(reading, { failure: 'cancelled' });
      await engine.idle();
    });
    assert.deepEqual(told[0], { bytes: 0, about: 7_000 });
    assert.ok(told.at(-1)?.about === 7_000 && (told.at(-1)?.bytes ?? 0) > 0);
  });

  it('is cancelled while it says nothing', async () => {
    const cancel = new AbortController();
    const limits = { ...QUICK, archiveSilence: 600_000 };
    await withOdd({ [GET]: silent }, async engine => {
      const reading = readLayers(requestTo(engine, { limits }), cancel.signal, () => cancel.abort());
      await assert.rejects(reading, { failure: 'cancelled' });
      await engine.idle();
    });
  });

  it('is waited for the longer the larger it is: engines prepare an archive before they send any of it', async () => {
    const archive = await dockerArchive([{ a: 'x' }]);
    const later: Answer = response => void setTimeout(() => response.end(archive), 500);
    const limits = { ...QUICK, archiveSilence: 100, archivePreparing: 1_000_000 };
    await withOdd({ [GET]: later }, async engine => {
      await assert.rejects(readLayers(requestTo(engine, { limits }), signal), { failure: 'no-answer' });
      const { layers } = await readLayers(requestTo(engine, { limits, bytes: 20_000_000 }), signal);
      assert.equal(layers[0]?.bytes, 1);
    });
  });

  it('has another number of layers than its history: is weighed all the same, without a number that is none', async () => {
    const archive = await dockerArchive([{ a: 'xx' }, { a: 'x' }, { b: 'x' }]);
    await withOdd({ [GET]: body(archive) }, async engine => {
      const weighing = await weigh(openEngine(engine.endpoint, QUICK), 'odd:1', undefined, signal);
      assert.equal(weighing.waste.bytes, 2);
      assert.doesNotMatch(JSON.stringify(weighing), /null/);
    });
  });
});
