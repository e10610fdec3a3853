import assert from 'node:assert/strict';
import zlib from 'node:zlib';
import { readArchive } from '../../server/src/docker/archive';
import type { ImageContents } from '../../server/src/docker/contents';
import {
  archiveOfLayers,
  dockerArchive,
  inPieces,
  layerOf,
  ociArchive,
  type Tree,
  tarOf,
  tarWithLink,
} from './archives';

function text(bytes: number): string {
  return 'x'.repeat(bytes);
}

async function read(layers: readonly Tree[], baseEntries = 0): Promise<ImageContents> {
  return readArchive(inPieces(await dockerArchive(layers)), { baseEntries, bytes: 0 });
}

describe('What the layers of an image hold', () => {
  it('Files and folders are listed heaviest first, folders with all that is in them', async () => {
    const { layers } = await read([
      {
        'app/': '',
        'app/a/big': text(3000),
        'app/a/small': text(10),
        'app/b': text(500),
        'etc/c': text(100),
      },
    ]);
    assert.equal(layers[0]?.bytes, 3610);
    assert.equal(layers[0]?.files, 4);
    assert.deepEqual(
      layers[0]?.biggest.map(({ path, kind, bytes }) => [path, kind, bytes]),
      [
        ['/app', 'folder', 3510],
        ['/app/a', 'folder', 3010],
        ['/app/a/big', 'file', 3000],
        ['/app/b', 'file', 500],
        ['/etc', 'folder', 100],
        ['/etc/c', 'file', 100],
        ['/app/a/small', 'file', 10],
      ],
    );
  });

  it('A folder with nothing but one other folder in it is not listed', async () => {
    const { layers } = await read([{ 'usr/lib/python3/x': text(100), 'usr/lib/python3/y': text(100) }]);
    assert.deepEqual(
      layers[0]?.biggest.map(entry => entry.path),
      ['/usr/lib/python3', '/usr/lib/python3/x', '/usr/lib/python3/y'],
    );
  });

  it('Caches are named and summed up over all their folders', async () => {
    const { layers } = await read([
      {
        'root/.cache/pip/http/1': text(300),
        'home/app/.cache/pip/2': text(50),
        'var/lib/apt/lists/deb_Packages': text(200),
        'var/lib/apt/lists/lock': '',
        'app/x/__pycache__/a.pyc': text(20),
        'app/y/__pycache__/b.pyc': text(30),
        'app/.npm/_cacache/z': text(10),
      },
    ]);
    assert.deepEqual(layers[0]?.caches, [
      { name: 'pip cache', path: '/root/.cache/pip', bytes: 350, files: 2 },
      { name: 'apt package lists', path: '/var/lib/apt/lists', bytes: 200, files: 1 },
      { name: '__pycache__', path: '/app/y/__pycache__', bytes: 50, files: 2 },
      { name: 'npm cache', path: '/app/.npm', bytes: 10, files: 1 },
    ]);
  });

  it('A file that a later layer overwrites is wasted, all copies but the last one', async () => {
    const { waste } = await read([{ a: text(100) }, { a: text(40) }, { a: text(7) }]);
    assert.deepEqual(waste, {
      bytes: 140,
      paths: 1,
      baseBytes: 0,
      entries: [{ path: '/a', bytes: 140, cause: 'overwritten', by: 2, in: [0, 1] }],
    });
  });

  it('Of a file that is deleted nothing remains', async () => {
    const { waste, layers } = await read([{ 'd/a': text(100) }, { 'd/a': text(40) }, { 'd/.wh.a': '' }]);
    assert.deepEqual(waste.entries, [{ path: '/d/a', bytes: 140, cause: 'deleted', by: 2, in: [0, 1] }]);
    assert.equal(layers[2]?.deleted, 1);
    assert.equal(layers[2]?.files, 0);
  });

  it('A file that is deleted and written again counts once as wasted', async () => {
    const { waste } = await read([{ a: text(100) }, { '.wh.a': '' }, { a: text(30) }]);
    assert.deepEqual(waste.entries, [{ path: '/a', bytes: 100, cause: 'deleted', by: 1, in: [0] }]);
  });

  it('A folder that is deleted takes all that is in it with it', async () => {
    const { waste } = await read([{ 'd/x/a': text(100), 'd/b': text(5), e: text(1) }, { '.wh.d': '' }]);
    assert.deepEqual(
      waste.entries.map(({ path, bytes }) => [path, bytes]),
      [
        ['/d/x/a', 100],
        ['/d/b', 5],
      ],
    );
  });

  it('An opaque folder hides what older layers had in it, not what its own layer brings', async () => {
    const { waste } = await read([
      { 'd/old': text(100), 'd/same': text(10) },
      { 'd/': '', 'd/same': text(20), 'd/.wh..wh..opq': '' },
    ]);
    assert.deepEqual(
      waste.entries.map(({ path, bytes, cause }) => [path, bytes, cause]),
      [
        ['/d/old', 100, 'deleted'],
        ['/d/same', 10, 'deleted'],
      ],
    );
  });

  it('A file in place of a folder, and a folder in place of a file, hide what was there', async () => {
    const { waste } = await read([
      { 'd/a': text(100), f: text(9) },
      { d: text(1), 'f/': '', 'f/x': text(1) },
    ]);
    assert.deepEqual(
      waste.entries.map(({ path, bytes, cause }) => [path, bytes, cause]),
      [
        ['/d/a', 100, 'overwritten'],
        ['/f', 9, 'overwritten'],
      ],
    );
  });

  it('A folder that a later layer mentions again wastes nothing', async () => {
    const { waste } = await read([
      { 'd/': '', 'd/a': text(100) },
      { 'd/': '', 'd/b': text(1) },
    ]);
    assert.deepEqual(waste, { bytes: 0, paths: 0, entries: [], baseBytes: 0 });
  });

  it('What layers of the base image waste among themselves is told apart', async () => {
    const { waste } = await read(
      [{ a: text(100), b: text(3) }, { a: text(50) }, { a: text(7), b: text(1) }],
      2,
    );
    assert.equal(waste.baseBytes, 100);
    assert.deepEqual(
      waste.entries.map(({ path, bytes, in: copies }) => [path, bytes, copies]),
      [
        ['/a', 50, [1]],
        ['/b', 3, [0]],
      ],
    );
  });

  it('The size of a hard link is that of the file that it names', async () => {
    const link = { name: 'link', type: 'link', linkname: 'a' } as const;
    const archive = await archiveOfLayers([await layerOf([{ name: 'a', text: text(100) }, link])]);
    const { layers } = await readArchive(inPieces(archive));
    assert.equal(layers[0]?.bytes, 100);
    assert.equal(layers[0]?.files, 2);
  });

  it('A layer that is written as a link to an earlier one is the same layer', async () => {
    const files = {
      'one/layer.tar': await tarOf({ a: text(10) }),
      'manifest.json': '[{"Config":"c.json","Layers":["one/layer.tar","two/layer.tar"]}]',
    };
    const archive = await tarWithLink(files, 'two/layer.tar', '../one/layer.tar');
    const { layers } = await readArchive(inPieces(archive));
    assert.deepEqual(
      layers.map(layer => layer.bytes),
      [10, 10],
    );
  });

  for (const [name, compress] of [
    ['plain', (layer: Buffer) => layer],
    ['gzip', (layer: Buffer) => zlib.gzipSync(layer)],
  ] as const) {
    it(`An OCI layout with ${name} layers is read, attestations and missing platforms passed over`, async () => {
      const trees = [{ a: text(100) }, { a: text(10), b: text(5) }];
      const { layers, waste, layerOfEntry } = await readArchive(inPieces(await ociArchive(trees, compress)));
      assert.deepEqual(
        layers.map(layer => layer.bytes),
        [100, 15],
      );
      assert.equal(waste.bytes, 100);
      assert.deepEqual(layerOfEntry, [null, 0, 1, null]);
    });
  }

  it('Layers that are compressed with zstd are read, or the reason says which Node can', async () => {
    const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Buffer) => Buffer };
    const frame = (layer: Buffer) => zstdCompressSync?.(layer) ?? Buffer.from('28b52ffd2000010000', 'hex');
    const reading = readArchive(inPieces(await ociArchive([{ a: text(100) }], frame)));
    if (zstdCompressSync) assert.equal((await reading).layers[0]?.bytes, 100);
    else await assert.rejects(reading, { failure: 'unreadable', message: /zstd.*Node 22\.15/ });
  });

  it('What is no archive is an error with a sentence', async () => {
    await assert.rejects(readArchive(inPieces(Buffer.from('{"message":"no"}'.repeat(100)))), {
      name: 'DockerError',
      failure: 'unreadable',
    });
  });

  it('An archive without an image is an error with a sentence', async () => {
    await assert.rejects(readArchive(inPieces(await tarOf({ a: 'b' }))), { failure: 'unreadable' });
  });

  it('An archive that breaks off anywhere is an error, never a wrong answer', async () => {
    const archive = await dockerArchive([{ a: text(2000) }, { b: text(2000) }]);
    const lastFile = archive.lastIndexOf('manifest.json') + 1;
    for (let end = 1; end < lastFile; end += 397) {
      await assert.rejects(readArchive(inPieces(archive.subarray(0, end))), { failure: 'unreadable' });
    }
    await assert.rejects(readArchive(inPieces(archive.subarray(0, 1000))), {
      message: 'The archive of the image is incomplete: it ends in the middle.',
    });
  });

  it('A packed layer that breaks off says so', async () => {
    const cut = (layer: Buffer) => zlib.gzipSync(layer).subarray(0, 40);
    await assert.rejects(readArchive(inPieces(await ociArchive([{ a: text(5000) }], cut))), {
      message: 'The archive of the image is incomplete: it ends in the middle.',
    });
  });

  it('An archive behind which the engine says why it stopped is an error with its reason', async () => {
    const archive = await dockerArchive([{ a: text(2000) }, { b: text(2000) }]);
    const said = 'content digest sha256:0123: not found';
    const error = Buffer.from(`${JSON.stringify({ errorDetail: { message: said }, error: said })}\r\n`);
    const entry = archive.indexOf('1/layer.tar');
    for (const end of [0, 512, 1000, entry, entry + 700]) {
      for (const size of [1000, 100_000]) {
        const broken = Buffer.concat([archive.subarray(0, end), error]);
        await assert.rejects(readArchive(inPieces(broken, size)), {
          failure: 'unreadable',
          message: `The engine could not save the whole image: ${said}.`,
        });
      }
    }
  });

  it('An archive without one of its layers, as of an image that is not there as a whole, says so', async () => {
    const archive = await tarOf({
      '0.tar': await tarOf({ a: 'x' }),
      'manifest.json': '[{"Config":"c","Layers":["0.tar","blobs/sha256/1"]}]',
    });
    await assert.rejects(readArchive(inPieces(archive)), {
      message:
        'The archive of the image is incomplete: it names the layer blobs/sha256/1 but does not hold it.',
    });
  });

  it('A layer whose compression is damaged is an error with a sentence', async () => {
    const damaged = (layer: Buffer) => zlib.gzipSync(layer).fill(7, 20, 60);
    await assert.rejects(readArchive(inPieces(await ociArchive([{ a: text(5000) }], damaged))), {
      failure: 'unreadable',
    });
  });
});
