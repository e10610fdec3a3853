import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, lstatSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CopyError, copyProject, listProject, requireSpace } from '../../server/src/prove/copy-project';
import { removeFolder } from '../../server/src/prove/remove-folder';
import { makeFolder, removeFolders } from '../support/folders';

const { signal } = new AbortController();

describe('the copy of a project', () => {
  afterEach(removeFolders);

  async function copied(folder: string, except = '/none') {
    const listing = await listProject(folder, except, signal);
    const to = join(makeFolder(), 'copy');
    const leftOut = [...listing.leftOut, ...(await copyProject(folder, listing, to, signal))];
    return {
      to,
      bytes: listing.bytes,
      leftOut: leftOut.map(({ path, because }) => `${path} ${because}`).sort(),
    };
  }

  it('has files with their modes, and folders that are empty', async () => {
    const folder = makeFolder({ Dockerfile: 'FROM a\n', 'bin/run': '#!/bin/sh\n', 'empty/x/.keep': '' });
    chmodSync(join(folder, 'bin/run'), 0o755);
    chmodSync(join(folder, 'empty'), 0o555);
    const { to, bytes, leftOut } = await copied(folder);
    assert.deepEqual(leftOut, []);
    assert.equal(bytes, 17);
    assert.equal(readFileSync(join(to, 'Dockerfile'), 'utf8'), 'FROM a\n');
    assert.equal(lstatSync(join(to, 'bin/run')).mode & 0o777, 0o755);
    assert.equal(lstatSync(join(to, 'empty')).mode & 0o777, 0o555);
    chmodSync(join(folder, 'empty'), 0o755);
    assert.equal(await removeFolder(to), undefined);
    assert.ok(!existsSync(to));
  });

  it('has no FIFO, no socket and no device', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = makeFolder({ Dockerfile: 'FROM a\n', 'run/x': '' });
    execFileSync('mkfifo', [join(folder, 'run/fifo')]);
    const server = createServer().listen(join(folder, 'run/socket'));
    await once(server, 'listening');
    try {
      const { to, leftOut } = await copied(folder);
      assert.deepEqual(leftOut, ['run/fifo is no file', 'run/socket is no file']);
      assert.ok(existsSync(join(to, 'run/x')));
    } finally {
      server.close();
    }
  });

  it('keeps links as links, wherever they lead', async () => {
    const outside = makeFolder({ secret: 'outside\n' });
    const folder = makeFolder({ Dockerfile: 'FROM a\n' });
    symlinkSync(join(outside, 'secret'), join(folder, 'link'));
    symlinkSync(outside, join(folder, 'folder'));
    symlinkSync('.', join(folder, 'circle'));
    symlinkSync('nowhere', join(folder, 'dangling'));
    const { to, leftOut } = await copied(folder);
    assert.deepEqual(leftOut, []);
    assert.equal(readlinkSync(join(to, 'link')), join(outside, 'secret'));
    assert.equal(readlinkSync(join(to, 'folder')), outside);
    assert.equal(readlinkSync(join(to, 'circle')), '.');
    assert.equal(readlinkSync(join(to, 'dangling')), 'nowhere');
  });

  it('passes over the folder that the copies are made in', async () => {
    const folder = makeFolder({ Dockerfile: 'FROM a\n', 'tmp/session/before/Dockerfile': 'FROM a\n' });
    const { to } = await copied(folder, join(folder, 'tmp/session'));
    assert.ok(existsSync(join(to, 'tmp')) && !existsSync(join(to, 'tmp/session')));
  });

  it('leaves out what may not be read', async function () {
    if (process.getuid?.() === 0 || process.platform === 'win32') this.skip();
    const folder = makeFolder({ Dockerfile: 'FROM a\n', key: 'x', 'closed/x': '' });
    chmodSync(join(folder, 'key'), 0);
    chmodSync(join(folder, 'closed'), 0);
    const { leftOut } = await copied(folder);
    chmodSync(join(folder, 'closed'), 0o700);
    assert.deepEqual(leftOut, ['closed cannot be read', 'key cannot be read']);
  });

  it('is not begun where there is no room for it', async () => {
    await requireSpace(makeFolder(), 1);
    await assert.rejects(
      requireSpace(makeFolder(), Number.MAX_SAFE_INTEGER),
      (error: Error) => error instanceof CopyError && /need .* free in .*TMPDIR$/.test(error.message),
    );
  });
});
