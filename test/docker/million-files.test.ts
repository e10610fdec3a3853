import assert from 'node:assert/strict';
import type { Weighing } from '../../server/src/docker/weigh';
import { archiveOf, type ManyFiles } from './many-files';
import { IMAGE, IMAGE_ID, json, withOdd } from './odd-engine';
import { type RanBeside, runBeside } from './run-beside';

const MILLION = 1_000_000;
const MOST_MEMORY = 300_000_000;

/** A file in ten has something in it: what is counted is how many there are. */
const modules: ManyFiles = {
  count: MILLION,
  path: index => `usr/lib/node_modules/package-${index % 5_000}/dist/module-${index}.js`,
  bytes: index => (index % 10 === 0 ? 100 : 0),
};

async function weighed(layers: readonly ManyFiles[]): Promise<RanBeside & { readonly weighing: Weighing }> {
  const history = layers.map((_, index) => ({ CreatedBy: `COPY ${index} /`, Size: 1, Created: 1 }));
  const answers = {
    [`/images/${IMAGE_ID}/json`]: json({ ...IMAGE, Size: 10_000_000 }),
    [`/images/${IMAGE_ID}/history`]: json(history),
    [`/images/${IMAGE_ID}/get`]: (response: NodeJS.WritableStream) => void archiveOf(layers).pipe(response),
  };
  return withOdd(answers, async engine => {
    const ran = await runBeside(engine.path, ['weigh', 'odd:1', '--format', 'json']);
    assert.equal(ran.code, 0, ran.err);
    return { ...ran, weighing: JSON.parse(ran.out) };
  });
}

describe('An image of a million files', function () {
  // The archives themselves are half a gigabyte each, on machines that have other things to do.
  this.timeout(300_000);

  it('in one layer is weighed exactly, in less than 300 MB of memory', async () => {
    const { weighing, memory, err } = await weighed([modules]);
    // Away from a terminal, only what takes long is told of, a line at a time.
    assert.match(err, /^(?:plimsoll: odd:1: .* read\n)*$/);
    assert.equal(weighing.layers[0]?.files, MILLION);
    assert.deepEqual(weighing.layers[0]?.biggest[0], {
      path: '/usr/lib/node_modules',
      kind: 'folder',
      bytes: 10_000_000,
    });
    assert.equal(weighing.waste.bytes, 0);
    assert.ok(memory < MOST_MEMORY, `${Math.round(memory / 1e6)} MB`);
  });

  it('over layers that overwrite and delete has its waste to the byte', async () => {
    const half = { ...modules, count: MILLION / 2 };
    const quarter = { ...modules, count: MILLION / 4, bytes: (index: number) => (index % 10 === 0 ? 7 : 0) };
    const deletion: ManyFiles = {
      count: 1_000,
      path: index => `usr/lib/node_modules/.wh.package-${index}`,
      bytes: () => 0,
    };
    const { weighing, memory } = await weighed([half, quarter, deletion]);
    // Of every ten packages one has something in it, so of the thousand that are deleted a hundred.
    const packages = 100;
    const overwritten = (MILLION / 4 / 10) * 100;
    const deleted = packages * ((MILLION / 4 / 5_000) * 7 + (MILLION / 4 / 5_000) * 100);
    assert.equal(weighing.waste.bytes, overwritten + deleted);
    assert.equal(weighing.layers[2]?.deleted, 1_000);
    assert.ok(memory < MOST_MEMORY, `${Math.round(memory / 1e6)} MB`);
  });
});
