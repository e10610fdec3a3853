import assert from 'node:assert/strict';
import { join } from 'node:path';
import { buildImage, removeImages, requireEngine } from '../support/engine';
import { makeFolder, removeFolders } from '../support/folders';
import { plimsoll } from '../support/plimsoll';

const IMAGE = 'plimsoll-test/weigh:1';
const ODD_IMAGE = 'plimsoll-test/weigh-odd-names:1';
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
    await removeImages(IMAGE, ODD_IMAGE);
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

  it('shows what a file of an image is called as text', async () => {
    const name = 'odd\x1b[2J\x07\r\u009b\u202e\n::error::pwned';
    const context = makeFolder({
      Dockerfile: 'FROM scratch\nCOPY data /data/\n',
      [`data/${name}`]: 'x'.repeat(3000),
    });
    await buildImage({ context, tag: ODD_IMAGE });
    const { code, out } = plimsoll(context, ['weigh', ODD_IMAGE]);
    assert.equal(code, 0);
    assert.match(out, / \/data\/odd\\x1b\[2J\\x07\\r\\x9b\\u202e\\n::error::pwned$/m);
    const json = plimsoll(context, ['weigh', ODD_IMAGE, '--format', 'json']).out;
    assert.doesNotMatch(out + json, /[^\P{C}\n]/u);
    assert.ok(json.includes(JSON.stringify('\n::error::pwned').slice(1)));
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
