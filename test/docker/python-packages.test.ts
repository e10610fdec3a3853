import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import type { InstalledPackage } from '../../server/src/core/project/engine';
import { readArchive } from '../../server/src/docker/archive';
import { dockerArchive, type Tree } from './archives';

const SITE = 'usr/local/lib/python3.12/site-packages';

/** Files of a distribution below site-packages, with the list of them. */
function installed(name: string, version: string, files: Tree, root = SITE): Tree {
  const record = `${name}-${version}.dist-info/RECORD`;
  const listed = [...Object.keys(files), record].map(
    path => `${path.includes(',') ? `"${path}"` : path},sha256=x,1`,
  );
  return {
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`${root}/${path}`, text])),
    [`${root}/${record}`]: `${listed.join('\n')}\n`,
  };
}

async function packages(...layers: Tree[]): Promise<readonly InstalledPackage[]> {
  return (await readArchive(Readable.from([await dockerArchive(layers)]))).packages;
}

const text = (bytes: number) => 'x'.repeat(bytes);

describe('The Python packages of an image', () => {
  it('weigh what their files weigh, scripts and compiled files too', async () => {
    const [flask] = await packages({
      ...installed('Flask', '3.0.3', {
        'flask/__init__.py': text(100),
        'flask/app.py': text(1000),
        '../../../bin/flask': text(30),
      }),
      'usr/local/bin/flask': text(30),
      [`${SITE}/flask/__pycache__/app.cpython-312.pyc`]: text(500),
      [`${SITE}/other.py`]: text(9),
    });
    assert.ok(flask);
    const { bytes, ...rest } = flask;
    assert.deepEqual(rest, { name: 'flask', version: '3.0.3', modules: ['flask'] });
    const record = bytes - 100 - 1000 - 30 - 500;
    assert.ok(record > 0 && record < 200, `${record} bytes are left for the list itself`);
  });

  it('are imported by modules, packages and names inside a namespace', async () => {
    const found = await packages({
      ...installed('six', '1.16.0', { 'six.py': text(1) }),
      ...installed('cffi', '1.17', {
        'cffi/__init__.py': '',
        'cffi/api.py': '',
        '_cffi_backend.cpython-312-x86_64-linux-gnu.so': text(1),
      }),
      ...installed('google_cloud.storage', '2.0', {
        'google/cloud/storage/__init__.py': '',
        'google/cloud/storage/blob.py': '',
        'tests/__init__.py': '',
      }),
      ...installed('ruamel.yaml', '0.18', { 'ruamel/yaml/__init__.py': '' }),
    });
    assert.deepEqual(
      found.map(({ name, modules }) => [name, modules]),
      [
        ['cffi', ['_cffi_backend', 'cffi']],
        ['google-cloud-storage', ['google.cloud.storage']],
        ['ruamel-yaml', ['ruamel.yaml']],
        ['six', ['six']],
      ],
    );
  });

  it('are those that later layers leave there', async () => {
    const found = await packages(
      {
        ...installed('old', '1', { 'old.py': text(10) }),
        ...installed('kept', '1', { 'kept.py': text(10) }),
      },
      { [`${SITE}/.wh.old-1.dist-info`]: '', [`${SITE}/.wh.old.py`]: '', [`${SITE}/kept.py`]: text(2000) },
    );
    assert.deepEqual(
      found.map(it => it.name),
      ['kept'],
    );
    assert.ok((found[0]?.bytes ?? 0) > 2000);
  });

  it('weigh twice where they are there twice', async () => {
    const [only, ...more] = await packages({
      ...installed('six', '1', { 'six.py': text(1000) }),
      ...installed('six', '1', { 'six.py': text(1000) }, 'opt/venv/lib/python3.12/site-packages'),
    });
    assert.deepEqual(more, []);
    assert.ok((only?.bytes ?? 0) > 2000);
  });

  it('with a comma in a path are read all the same', async () => {
    const [found] = await packages(
      installed('odd', '1', { 'odd/a,b.txt': text(700), 'odd/__init__.py': '' }),
    );
    assert.ok((found?.bytes ?? 0) > 700);
  });
});
