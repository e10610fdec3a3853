import assert from 'node:assert/strict';
import { readArchive } from '../../server/src/docker/archive';
import type { ImageContents } from '../../server/src/docker/contents';
import { archiveOfLayers, inPieces, type LayerEntry, layerOf } from './archives';

const file = (name: string, bytes: number): LayerEntry => ({ name, text: 'x'.repeat(bytes) });
const link = (name: string, linkname: string): LayerEntry => ({ name, type: 'link', linkname });
const gone = (path: string): LayerEntry => file(path.replace(/([^/]+)$/, '.wh.$1'), 0);

async function read(...layers: readonly (readonly LayerEntry[])[]): Promise<ImageContents> {
  return readArchive(inPieces(await archiveOfLayers(await Promise.all(layers.map(layerOf)))));
}

function wasted({ waste }: ImageContents): readonly (readonly [string, number, string, number])[] {
  return waste.entries.map(({ path, bytes, cause, by }) => [path, bytes, cause, by]);
}

describe('A file with several names', () => {
  // What `uv pip install` writes, as conda does with its packages.
  const installed = [
    file('root/.cache/uv/archive/a.so', 5000),
    file('root/.cache/uv/index', 1000),
    link('usr/lib/site-packages/a.so', 'root/.cache/uv/archive/a.so'),
  ];

  it('is wasted only with its last name', async () => {
    const contents = await read(installed, [gone('root/.cache/uv')]);
    assert.deepEqual(wasted(contents), [['/root/.cache/uv/index', 1000, 'deleted', 1]]);
    assert.equal(contents.waste.bytes, 1000);
  });

  it('weighs nothing in a cache that it is reached without', async () => {
    const [layer] = (await read(installed)).layers;
    assert.equal(layer?.bytes, 6000);
    assert.deepEqual(layer?.caches, [{ name: 'uv cache', path: '/root/.cache/uv', bytes: 1000, files: 1 }]);
    assert.equal(layer?.biggest.find(({ kind }) => kind === 'file')?.path, '/usr/lib/site-packages/a.so');
  });

  it('weighs once in a cache that has all of its names', async () => {
    const [layer] = (await read([file('root/.cache/uv/a', 50), link('root/.cache/uv/b', 'root/.cache/uv/a')]))
      .layers;
    assert.deepEqual(layer?.caches, [{ name: 'uv cache', path: '/root/.cache/uv', bytes: 50, files: 1 }]);
  });

  it('is wasted once, by the layer that takes its last name', async () => {
    const names = [file('a', 100), link('b', 'a'), link('c', 'b')];
    assert.deepEqual(wasted(await read(names, [gone('b')], [gone('a')])), []);
    assert.deepEqual(wasted(await read(names, [gone('b')], [gone('c')], [gone('a')])), [
      ['/a', 100, 'deleted', 3],
    ]);
    assert.deepEqual(wasted(await read(names, [file('a', 1)], [file('b', 1)], [gone('c')])), [
      ['/c', 100, 'deleted', 3],
    ]);
  });

  it('is wasted once where a folder takes all of its names with it', async () => {
    const contents = await read(
      [file('d/a', 100), link('d/b', 'd/a'), link('e', './d/a')],
      [gone('e')],
      [gone('d')],
    );
    assert.equal(contents.waste.bytes, 100);
    assert.equal(contents.waste.paths, 1);
  });

  it('keeps its bytes when its first name is given to another file in the same layer', async () => {
    const contents = await read([file('a', 100), link('b', 'a'), file('a', 7)], [gone('a')]);
    assert.equal(contents.layers[0]?.bytes, 107);
    assert.deepEqual(wasted(contents), [['/a', 7, 'deleted', 1]]);
  });

  it('weighs nothing where every name was given to another file in the same layer', async () => {
    const contents = await read([file('a', 100), link('b', 'a'), file('a', 7), file('b', 9)]);
    assert.equal(contents.layers[0]?.bytes, 16);
  });

  for (const [title, target] of [
    ['to itself', 'b'],
    ['to what is not there', 'nowhere/x'],
    ['to a folder', 'd'],
    ['out of the image', '../../../etc/passwd'],
    ['to nothing', ''],
  ] as const) {
    it(`that leads ${title} weighs nothing`, async () => {
      const contents = await read(
        [{ name: 'd/', text: '' }, file('a', 5), link('b', target)],
        [gone('b'), gone('a')],
      );
      assert.equal(contents.layers[0]?.bytes, 5);
      assert.equal(contents.waste.bytes, 5);
    });
  }

  it('has its weight in a Python package, whichever name the archive gives first', async () => {
    const site = 'usr/lib/python3.12/site-packages';
    const record = ['a/__init__.py,,', 'a/same.py,,', 'a-1.0.dist-info/RECORD,,'].join('\n');
    const { packages } = await read([
      file('root/.cache/uv/1', 4000),
      link(`${site}/a/__init__.py`, 'root/.cache/uv/1'),
      link(`${site}/a/same.py`, 'root/.cache/uv/1'),
      { name: `${site}/a-1.0.dist-info/RECORD`, text: record },
    ]);
    assert.deepEqual(packages, [{ name: 'a', version: '1.0', bytes: 4000 + record.length, modules: ['a'] }]);
  });
});

describe('A symbolic link', () => {
  it('weighs nothing, as Docker counts layers that it builds', async () => {
    const { layers } = await read([file('a', 5), { name: 'l', type: 'symlink', linkname: '../ä' }]);
    assert.equal(layers[0]?.bytes, 5);
  });
});

describe('A layer that is packed for lazy pulling', () => {
  it('wastes nothing by the index that each layer has', async () => {
    const packing = [file('stargz.index.json', 500), file('.no.prefetch.landmark', 1)];
    const contents = await read(
      [file('a', 9), ...packing],
      [file('b', 9), ...packing],
      [file('c', 9), ...packing],
    );
    assert.deepEqual(contents.waste, { bytes: 0, paths: 0, entries: [], baseBytes: 0 });
  });

  it('is the index at the root alone: a file of that name elsewhere is anybody’s', async () => {
    const contents = await read([file('d/stargz.index.json', 500)], [gone('d')]);
    assert.equal(contents.waste.bytes, 500);
  });
});
