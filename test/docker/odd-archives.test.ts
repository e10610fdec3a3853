import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import zlib from 'node:zlib';
import { pack } from 'tar-stream';
import { readArchive } from '../../server/src/docker/archive';
import type { ImageContents } from '../../server/src/docker/contents';
import { DockerError } from '../../server/src/docker/errors';
import { type EngineLimits, LIMITS } from '../../server/src/docker/limits';
import { inPieces, tarOf, tarWithLink } from './archives';
import { archiveOf, header } from './many-files';

const STATED = { baseEntries: 0, bytes: 0 };

function read(archive: Buffer | Readable, limits: Partial<EngineLimits> = {}): Promise<ImageContents> {
  const stream = Buffer.isBuffer(archive) ? inPieces(archive, 60_000) : archive;
  return readArchive(stream, STATED, { ...LIMITS, ...limits });
}

async function imageOf(layer: Buffer): Promise<Buffer> {
  return tarOf({
    'l.tar': layer,
    'config.json': '{"history":[{}]}',
    'manifest.json': '[{"Config":"config.json","Layers":["l.tar"]}]',
  });
}

/** An error with a sentence, as every damage and every excess has to be. */
async function assertRefused(reading: Promise<unknown>, message = /./): Promise<void> {
  const error = await reading.then(
    () => assert.fail('it was read'),
    (failure: unknown) => failure,
  );
  assert.ok(error instanceof DockerError, String(error));
  assert.equal(error.failure, 'unreadable');
  assert.match(error.message, message);
}

/** One header of a tar archive with bytes put into it, and its checksum made right again. */
function oddHeader(put: (block: Buffer) => void): Buffer {
  const block = header('a', 0);
  put(block);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([block, Buffer.alloc(1024)]);
}

const TYPE = 156;
const SIZE = 124;

async function paxLayer(pax: Readonly<Record<string, string>>, name = 'a'): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name, pax: { ...pax } }, 'x');
  tar.finalize();
  const parts: Buffer[] = [];
  for await (const part of tar) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

describe('An archive that is odd', () => {
  for (const [title, put] of [
    ['a size of 8 exabytes', block => block.fill(0xff, SIZE + 4, SIZE + 12).writeUInt8(0x80, SIZE)],
    ['a negative size', block => block.fill(0xff, SIZE, SIZE + 11)],
    ['a size that is no number', block => block.write('99999999999', SIZE, 'latin1')],
    ['a sparse file', block => block.write('S', TYPE, 'latin1')],
    ['a long name of negative length', block => block.fill(0xff, SIZE, SIZE + 11).write('L', TYPE, 'latin1')],
    [
      'an extended header of 5 GB',
      block => block.write('45000000000', SIZE, 'latin1') && block.write('x', TYPE, 'latin1'),
    ],
    [
      'a global header of negative length',
      block => block.fill(0xff, SIZE, SIZE + 11).write('g', TYPE, 'latin1'),
    ],
    ['a type that nobody knows', block => block.writeUInt8(0xee, TYPE)],
  ] as readonly (readonly [string, (block: Buffer) => unknown])[]) {
    it(`with ${title} is read or refused with a sentence, within moments`, async () => {
      const layer = oddHeader(block => void put(block));
      const found = await read(await imageOf(layer)).catch((error: unknown) => error);
      if (found instanceof Error)
        assert.ok(found instanceof DockerError && found.failure === 'unreadable', String(found));
      else assert.ok(((found as ImageContents).layers[0]?.bytes ?? -1) >= 0);
    });
  }

  for (const size of ['-5', 'NaN', '1e400', '99999999999999999999', '']) {
    it(`with an extended size of "${size}" is read or refused with a sentence`, async () => {
      const layer = await paxLayer({ size });
      const found = await read(await imageOf(layer)).catch((error: unknown) => error);
      if (found instanceof Error)
        assert.ok(found instanceof DockerError && found.failure === 'unreadable', String(found));
      else assert.ok(Number.isSafeInteger((found as ImageContents).layers[0]?.bytes));
    });
  }

  it('with a name of a megabyte is refused', async () => {
    await assertRefused(
      read(await imageOf(await paxLayer({ path: 'x'.repeat(1_000_000) }))),
      /path longer than/,
    );
  });

  it('with a name of a megabyte of slashes is refused at once', async () => {
    const started = process.cpuUsage();
    await assertRefused(read(await imageOf(await paxLayer({ path: `${'/'.repeat(1_000_000)}x` }))));
    assert.ok(process.cpuUsage(started).user < 1_000_000);
  });

  it('with folders two thousand deep is read, and what is deleted there is wasted', async () => {
    const deep = Array(2_000).fill('d').join('/');
    const first = await paxLayer({ path: `${deep}/file` });
    const second = await tarOf({ '.wh.d': '' });
    const manifest = '[{"Config":"c","Layers":["1.tar","2.tar"]}]';
    const { waste } = await read(await tarOf({ '1.tar': first, '2.tar': second, 'manifest.json': manifest }));
    assert.equal(waste.bytes, 1);
    assert.equal(waste.entries[0]?.path.length, deep.length + '//file'.length);
  });

  it('with paths that lead out of the image stays inside', async () => {
    const layer = await tarOf({
      '../../etc/passwd': 'xx',
      'a/../../b': 'x',
      '/c//./d': 'x',
      './e/': '',
      'e/../e/f': 'xxx',
    });
    const { layers } = await read(await imageOf(layer));
    assert.deepEqual(
      layers[0]?.biggest.map(entry => entry.path),
      ['/e', '/e/f', '/etc', '/etc/passwd', '/b', '/c', '/c/d'],
    );
  });

  it('with a file that is there twice counts the last one, as when it is unpacked', async () => {
    const first = await tarOf({ a: 'xxxxx' });
    const layer = Buffer.concat([first.subarray(0, 1024), await tarOf({ a: 'xx' })]);
    const { layers, waste } = await read(await imageOf(layer));
    assert.deepEqual([layers[0]?.files, layers[0]?.bytes, waste.bytes], [1, 2, 0]);
  });

  it('with layers that are links to each other in a circle is refused', async () => {
    const manifest = '[{"Config":"c","Layers":["a.tar"]}]';
    const archive = await tarWithLink({ 'manifest.json': manifest }, 'a.tar', 'a.tar');
    await assertRefused(read(archive), /names the layer a\.tar but does not hold it/);
  });

  for (const target of ['http://[', '%', '%E0%A4%A', '../../../../x', '']) {
    it(`with a link to ${JSON.stringify(target)} is read`, async () => {
      const manifest = '[{"Config":"c","Layers":["l.tar"]}]';
      const archive = await tarWithLink(
        { 'l.tar': await tarOf({ a: 'x' }), 'manifest.json': manifest },
        'x.tar',
        target,
      );
      assert.equal((await read(archive)).layers[0]?.bytes, 1);
    });
  }

  it('that unpacks to much more than the image weighs is refused', async () => {
    const bomb = zlib.gzipSync(Buffer.concat([header('big', 40_000_000), Buffer.alloc(40_001_024)]));
    assert.ok(bomb.length < 100_000);
    await assertRefused(read(await imageOf(bomb), { archiveBytes: 5_000_000 }), /more than 5 MB/);
  });

  it('whose layers together unpack to much more is refused', async () => {
    const layer = zlib.gzipSync(Buffer.concat([header('big', 3_000_000), Buffer.alloc(3_001_344)]));
    const manifest = '[{"Config":"c","Layers":["1.tar","2.tar"]}]';
    const archive = await tarOf({ '1.tar': layer, '2.tar': layer, 'manifest.json': manifest });
    await assertRefused(read(archive, { archiveBytes: 5_000_000 }), /more than 5 MB/);
  });

  it('without an end is refused', async () => {
    const zeros = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(60_000);
      })(),
      { objectMode: false },
    );
    await assertRefused(read(zeros, { archiveBytes: 50_000_000 }), /more than 50 MB/);
  });

  it('with more files than are read is refused', async () => {
    const many = { count: 5_000, path: (index: number) => `f${index}`, bytes: () => 0 };
    await assertRefused(read(archiveOf([many]), { layerEntries: 4_000 }), /more files and folders/);
    await assertRefused(
      read(archiveOf([many, many, many]), { layerEntries: 12_000 }),
      /more files and folders/,
    );
    assert.equal((await read(archiveOf([many]), { layerEntries: 5_001 })).layers[0]?.files, 5_000);
  });

  it('with longer names than are read is refused', async () => {
    const many = { count: 5_000, path: (index: number) => `${'n'.repeat(80)}${index}`, bytes: () => 0 };
    await assertRefused(read(archiveOf([many]), { nameBytes: 100_000 }), /longer names/);
  });

  it('with more parts than are read is refused', async () => {
    const parts = Object.fromEntries([...Array(200)].map((_, index) => [`${index}.json`, '{}']));
    await assertRefused(read(await tarOf(parts), { archiveEntries: 100 }), /more parts/);
  });

  for (const manifest of [
    '',
    'null',
    '7',
    '{}',
    '[]',
    '[null]',
    '[{"Layers":null}]',
    '[{"Layers":{"0":"l.tar"}}]',
    '[{"Layers":["nowhere.tar"]}]',
    `[{"Layers":${JSON.stringify(Array(1_001).fill('l.tar'))}}]`,
    '['.repeat(100_000),
    '<html>',
  ]) {
    it(`with the manifest ${manifest.slice(0, 40)} is refused with a sentence`, async () => {
      await assertRefused(read(await tarOf({ 'l.tar': await tarOf({ a: 'x' }), 'manifest.json': manifest })));
    });
  }

  for (const config of [
    'null',
    '[]',
    '{"history":7}',
    '{"history":{"length":1}}',
    '{"history":[null,{},{}]}',
    '<html>',
  ]) {
    it(`with the configuration ${config} is read without its history`, async () => {
      const manifest = '[{"Config":"config.json","Layers":["l.tar"]}]';
      const archive = await tarOf({
        'l.tar': await tarOf({ a: 'x' }),
        'config.json': config,
        'manifest.json': manifest,
      });
      assert.deepEqual((await read(archive)).layerOfEntry, []);
    });
  }

  for (const index of [
    '{"manifests":7}',
    '{"manifests":[null,7]}',
    '{"manifests":[{"digest":{}}]}',
    '{"manifests":[{"digest":"sha256:me"}]}',
  ]) {
    it(`with the index ${index} is refused with a sentence`, async () => {
      await assertRefused(read(await tarOf({ 'index.json': index, 'blobs/sha256/me': index })));
    });
  }

  it('with a description larger than any is refused, and none of it kept', async () => {
    await assertRefused(
      read(await tarOf({ 'manifest.json': ' '.repeat(100_000) }), { descriptionBytes: 50_000 }),
    );
  });
});
