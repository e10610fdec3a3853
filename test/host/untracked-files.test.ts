import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { measureContext } from '../../server/src/host/build-context';
import { WorkspaceTexts } from '../../server/src/host/workspace-texts';
import { makeFolder, removeFolders } from '../support/folders';

const FILES = {
  '.gitignore': '.env\n/tmp/\n*.db\n!kept.db\nserver.exe\n',
  '.env': 'KEY=1',
  'app.db': 'x',
  'kept.db': 'x',
  'tmp/build.log': 'x',
  'server.exe': 'x',
  'main.go': 'package main',
  'api/.gitignore': 'local.yaml\n',
  'api/local.yaml': 'x',
  'api/shared.yaml': 'x',
  'forced.db': 'x',
};

async function untracked(root: string, folder = '.') {
  const place = { root, folder, dockerfile: undefined };
  const { untracked: found } = await measureContext(place, new WorkspaceTexts(root));
  return [...(found ?? [])].sort();
}

function git(root: string, ...words: readonly string[]): void {
  execFileSync('git', ['-C', root, ...words], { stdio: 'ignore' });
}

describe('Files that git does not track', () => {
  after(removeFolders);

  it('are those that a .gitignore names, in whatever folder it is', async () => {
    const root = makeFolder(FILES);
    assert.deepEqual(await untracked(root), [
      ...['.env', 'api/local.yaml', 'app.db', 'forced.db', 'server.exe', 'tmp/build.log'],
    ]);
  });

  for (const version of ['2', '3', '4']) {
    it(`are none that the index holds, in its version ${version}`, async () => {
      const root = makeFolder(FILES);
      git(root, 'init');
      git(root, 'config', 'index.version', version);
      git(root, 'add', '.');
      git(root, 'add', '--force', 'forced.db', 'tmp/build.log');
      if (version === '3') git(root, 'add', '--intent-to-add', '--force', '.env');
      const rest = ['.env', 'api/local.yaml', 'app.db', 'server.exe'];
      assert.deepEqual(
        await untracked(root),
        rest.filter(path => version !== '3' || path !== '.env'),
      );
    });
  }

  it('are told by the files of the folders above, and by what the repository excludes', async () => {
    const root = makeFolder({
      '.gitignore': '*.secret\n',
      'api/app.secret': 'x',
      'api/mine.txt': 'x',
      'api/main.go': 'x',
    });
    git(root, 'init');
    execFileSync('sh', ['-c', 'mkdir -p .git/info && echo mine.txt >> .git/info/exclude'], { cwd: root });
    assert.deepEqual(await untracked(root, 'api'), ['app.secret', 'mine.txt']);
  });
});
