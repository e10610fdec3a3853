// The one reader: real pipes, devices, sockets and links stand where files should.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MOST_FILE_BYTES, readBounded } from '../../server/src/host/bounded-file';

describe('the bounded reader', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plimsoll-read-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const at = (name: string) => join(folder, name);
  const refuses = (name: string, reason: string) =>
    assert.rejects(readBounded(at(name)), {
      name: 'UnreadablePath',
      message: `${at(name)} cannot be read: ${reason}.`,
    });

  it('reads a file, and one that a link leads to', async () => {
    await writeFile(at('file'), 'FROM scratch\n');
    await symlink('file', at('link'));
    assert.equal((await readBounded(at('file'))).toString(), 'FROM scratch\n');
    assert.equal((await readBounded(at('link'))).toString(), 'FROM scratch\n');
    await writeFile(at('empty'), '');
    assert.equal((await readBounded(at('empty'))).length, 0);
  });

  it('does not wait for the other end of a named pipe', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    await symlink('pipe', at('link'));
    await refuses('pipe', 'it is a named pipe, not a regular file');
    await refuses('link', 'it is a named pipe, not a regular file');
  });

  it('reads no device', async () => {
    await symlink('/dev/zero', at('link'));
    await refuses('link', 'it is a device, not a regular file');
  });

  it('reads no socket', async () => {
    const server = createServer();
    await new Promise<void>(resolve => server.listen(at('socket'), resolve));
    try {
      await refuses('socket', 'it is a socket, not a regular file');
    } finally {
      await new Promise(resolve => server.close(resolve));
    }
  });

  it('says what is wrong with a folder, a link in a circle, and nothing', async () => {
    await mkdir(at('folder'));
    await symlink('circle', at('circle'));
    await refuses('folder', 'it is a folder');
    await refuses('circle', 'its links lead in a circle');
    await refuses('nothing', 'it does not exist');
  });

  it('reads up to ten megabytes, and nothing of a larger file', async () => {
    await writeFile(at('most'), Buffer.alloc(MOST_FILE_BYTES, 'a'));
    assert.equal((await readBounded(at('most'))).length, MOST_FILE_BYTES);
    await writeFile(at('more'), Buffer.alloc(MOST_FILE_BYTES + 1, 'a'));
    await refuses('more', 'it is larger than 10 MB');
  });

  it('bounds a file that says it is empty and is not', async () => {
    const maps = await readBounded('/proc/self/maps');
    assert.ok(maps.length > 100);
    await assert.rejects(readBounded('/proc/self/maps', { mostBytes: 100 }), { name: 'UnreadablePath' });
  });

  it('ends when it is cancelled', async () => {
    await writeFile(at('file'), 'FROM scratch\n');
    const reason = new Error('nobody asks any more');
    await assert.rejects(readBounded(at('file'), { signal: AbortSignal.abort(reason) }), reason);
  });
});
