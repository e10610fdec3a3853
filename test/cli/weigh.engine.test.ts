import assert from 'node:assert/strict';
import { join } from 'node:path';
import { buildImage, removeImages, requireEngine } from '../support/engine';
import { makeFolder, removeFolders } from '../support/folders';
import { plimsoll } from '../support/plimsoll';

const IMAGE = 'plimsoll-test/weigh:1';
const DOCKERFILE = '# two files\nFROM scratch\nCOPY big.bin /data/\nCOPY small.bin /data/big.bin\n';

describe('plimsoll weigh', function () {
  this.timeout(60_000);
  let folder: string;

  before(async function () {
    await requireEngine.call(this);
    const files = { Dockerfile: DOCKERFILE, 'big.bin': 'x'.repeat(2_000_000), 'small.bin': 'y'.repeat(1000) };
    folder = makeFolder(files);
    await buildImage({ context: folder, tag: IMAGE });
  });
  after(async () => {
    await removeImages(IMAGE);
    removeFolders();
  });

  it('says what each line weighs and what is wasted, as JSON', () => {
    const { code, out } = plimsoll(folder, [
      'weigh',
      IMAGE,
      '--dockerfile',
      'Dockerfile',
      '--format',
      'json',
    ]);
    assert.equal(code, 0);
    const weighing = JSON.parse(out);
    assert.equal(weighing.version, 1);
    const lines = weighing.layers.map((layer: { line: number; bytes: number }) => [layer.line, layer.bytes]);
    assert.deepEqual(lines, [
      [2, 2_000_000],
      [3, 1000],
    ]);
    assert.equal(weighing.waste.bytes, 2_000_000);
  });

  it('says it in words', () => {
    const { out } = plimsoll(folder, ['weigh', IMAGE, '--dockerfile', join(folder, 'Dockerfile')]);
    assert.match(out, /COPY big\.bin/);
    assert.match(out, /2 MB/);
  });

  it('says in a sentence that there is no such image, and exits 2', () => {
    const { code, err } = plimsoll(folder, ['weigh', 'plimsoll-test/nowhere:1']);
    assert.equal(code, 2);
    assert.match(err, /^plimsoll: The engine has no image plimsoll-test\/nowhere:1/);
  });

  it('says in a sentence that there is no engine, and exits 2', () => {
    const { code, err } = plimsoll(folder, ['weigh', IMAGE], '', { DOCKER_HOST: 'unix:///nowhere.sock' });
    assert.equal(code, 2);
    assert.match(err, /^plimsoll: .*nowhere\.sock/);
  });
});
