import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type ContextPlace, type MeasureOptions, measureContext } from '../../server/src/host/build-context';
import { WorkspaceTexts } from '../../server/src/host/workspace-texts';
import { makeFolder, removeFolders } from '../support/folders';
import { IGNORE_CASES, TREE } from './ignore-table';
import { write } from './write';

const FILES = Object.fromEntries(TREE.map(path => [path, 'x']));

function measure(root: string, place: Partial<ContextPlace> = {}, options: MeasureOptions = {}) {
  return measureContext(
    { root, folder: '.', dockerfile: undefined, ...place },
    new WorkspaceTexts(root),
    options,
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
    const measuring = measure(root, {}, { signal: abort.signal });
    abort.abort();
    await assert.rejects(measuring, { name: 'AbortError' });
  });

  it('never enters the folders of the system, and ends where there is too much', async function () {
    if (!existsSync('/proc/self')) this.skip();
    const limits = { entries: 20_000, time: 10_000 };
    const context = await measure('/', {}, { limits });
    assert.equal(context.incomplete, 'too-large');
    const paths = [...context.files.keys(), ...context.entries.map(it => it.path)];
    assert.deepEqual(
      paths.filter(path => /^(proc|sys|dev)(\/|$)/.test(path)),
      [],
    );
    for (const folder of ['/proc', '/sys', '/dev']) {
      const nothing = await measure(folder, {}, { limits });
      assert.deepEqual([nothing.sent.files, nothing.incomplete], [0, 'too-large'], folder);
    }
    const root = makeFolder({});
    await symlink('/proc', join(root, 'linked'));
    assert.equal((await measure(root, { folder: 'linked' }, { limits })).sent.files, 0);
  });

  it('leaves the event loop to others while it walks', async () => {
    const root = makeFolder({});
    for (let index = 0; index < 20_000; index++) writeFileSync(join(root, `${index}.txt`), '');
    const delay = monitorEventLoopDelay({ resolution: 2 });
    delay.enable();
    assert.equal((await measure(root)).sent.files, 20_000);
    delay.disable();
    // Other processes may take their share of the processor: most turns are short all the same.
    assert.ok(delay.percentile(90) < 50e6, `${delay.percentile(90)} ns`);
  });

  it('says where the ignore file is there and cannot be read', async () => {
    const root = makeFolder({ 'a.txt': 'x' });
    await symlink('/dev/zero', join(root, '.dockerignore'));
    assert.equal((await measure(root)).incomplete, 'ignore-file');
    await rm(join(root, '.dockerignore'));
    assert.equal((await measure(root)).incomplete, undefined);
    await write(root, '.dockerignore', Buffer.from('# caf\xe9\n*.txt\n', 'latin1'));
    const context = await measure(root);
    assert.deepEqual([context.ignoreFile, context.incomplete], [undefined, 'ignore-file']);
  });
});
