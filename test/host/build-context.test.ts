import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type ContextPlace, measureContext } from '../../server/src/host/build-context';
import { readText } from '../../server/src/host/text-file';
import { makeFolder, removeFolders } from '../support/folders';
import { IGNORE_CASES, TREE } from './ignore-table';
import { write } from './write';

const FILES = Object.fromEntries(TREE.map(path => [path, 'x']));

function measure(root: string, place: Partial<ContextPlace> = {}, signal?: AbortSignal) {
  return measureContext(
    { root, folder: '.', dockerfile: undefined, ...place },
    path => readText(join(root, path)).catch(() => undefined),
    signal,
  );
}

describe('Measuring a build context', () => {
  after(removeFolders);

  it('lets through what the engine lets through', async () => {
    const root = makeFolder(FILES);
    for (const { title, text, out } of IGNORE_CASES) {
      await write(root, '.dockerignore', text);
      const context = await measure(root);
      const listed = [...context.files.keys()].filter(path => path !== '.dockerignore').sort();
      const sent = TREE.filter(path => !out.includes(path) && !path.startsWith('.git/'));
      assert.deepEqual(listed, sent.toSorted(), title);
    }
  });

  it('weighs files and folders, the heaviest first', async () => {
    const root = makeFolder({
      Dockerfile: 'FROM scratch\n',
      '.git/objects/pack': 'g'.repeat(5000),
      'app/main.py': 'm'.repeat(100),
      'data/raw/a.csv': 'a'.repeat(20_000),
      'data/raw/b.csv': 'b'.repeat(30_000),
    });
    const context = await measure(root, { dockerfile: 'Dockerfile' });
    assert.deepEqual(context.sent, { bytes: 55_113, files: 5 });
    assert.deepEqual(context.total, context.sent);
    assert.equal(context.ignoreFile, undefined);
    assert.deepEqual(
      context.entries.map(({ path, kind, bytes, files }) => [path, kind, bytes, files]),
      [
        ['data', 'folder', 50_000, 2],
        ['data/raw', 'folder', 50_000, 2],
        ['data/raw/b.csv', 'file', 30_000, 1],
        ['data/raw/a.csv', 'file', 20_000, 1],
        ['.git', 'folder', 5000, 1],
        ['.git/objects', 'folder', 5000, 1],
        ['app', 'folder', 100, 1],
        ['Dockerfile', 'file', 13, 1],
      ],
    );
  });

  it('weighs folders that no build reads, without listing their files', async () => {
    const root = makeFolder({
      'node_modules/left/index.js': 'x',
      '.venv/lib/x.py': 'x',
      'odd-name/pyvenv.cfg': 'home = /usr/bin',
      'odd-name/lib/site.py': 'x',
      'main.py': 'x',
    });
    const context = await measure(root);
    assert.equal(context.sent.files, 5);
    assert.deepEqual([...context.files.keys()], ['main.py']);
  });

  it('does not enter a folder that is kept out as a whole', async () => {
    const root = makeFolder({
      '.dockerignore': 'data\n*.log\n',
      'data/big': 'xxxx',
      'a.log': 'yy',
      'b.py': 'z',
    });
    const context = await measure(root);
    assert.deepEqual([...context.files.keys()].sort(), ['.dockerignore', 'b.py']);
    assert.deepEqual(context.total, { bytes: 14, files: 3 });
  });

  it('reads the ignore file of the Dockerfile before the one of the context', async () => {
    const root = makeFolder({
      'docker/api.Dockerfile': 'FROM scratch\n',
      'docker/api.Dockerfile.dockerignore': 'a\n',
      'src/.dockerignore': 'b\n',
      'src/a': 'x',
      'src/b': 'x',
    });
    const own = await measure(root, { folder: 'src', dockerfile: 'docker/api.Dockerfile' });
    assert.equal(own.ignoreFile?.path, 'docker/api.Dockerfile.dockerignore');
    assert.deepEqual([...own.files.keys()].sort(), ['.dockerignore', 'b']);
    const other = await measure(root, { folder: 'src', dockerfile: 'docker/web.Dockerfile' });
    assert.deepEqual(other.ignoreFile, { path: 'src/.dockerignore', text: 'b\n' });
    assert.deepEqual([...other.files.keys()].sort(), ['.dockerignore', 'a']);
  });

  it('counts links without following them', async () => {
    const elsewhere = makeFolder({ 'huge.bin': 'x'.repeat(100_000) });
    const root = makeFolder({ 'a.py': 'x' });
    await symlink(elsewhere, join(root, 'linked'));
    await symlink('.', join(root, 'round'));
    await symlink('nowhere', join(root, 'broken'));
    const context = await measure(root);
    assert.deepEqual([...context.files.keys()].sort(), ['a.py', 'broken', 'linked', 'round']);
    assert.ok(context.sent.bytes < 1000);
  });

  it('measures an empty folder, and one that is not there, as nothing', async () => {
    const root = makeFolder({});
    assert.deepEqual((await measure(root)).sent, { bytes: 0, files: 0 });
    assert.deepEqual((await measure(root, { folder: 'missing' })).sent, { bytes: 0, files: 0 });
  });

  it('ends when it is cancelled', async () => {
    const root = makeFolder(FILES);
    const abort = new AbortController();
    const measuring = measure(root, {}, abort.signal);
    abort.abort();
    await assert.rejects(measuring, { name: 'AbortError' });
  });
});
