import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CopyError, copyProject, listProject, requireSpace } from '../../server/src/prove/copy-project';
import { isProofFolder } from '../../server/src/prove/leftovers';
import { newMark } from '../../server/src/prove/owner';
import { removeFolder } from '../../server/src/prove/remove-folder';
import { ProofSession } from '../../server/src/prove/session';
import { makeFolder, removeFolders } from '../support/folders';

const { signal } = new AbortController();

describe('a proof', () => {
  it('says in a sentence that it has no temporary folder', async () => {
    const before = process.env.TMPDIR;
    process.env.TMPDIR = join(makeFolder(), 'nowhere');
    try {
      await assert.rejects(
        ProofSession.begin(),
        (error: Error) =>
          error instanceof CopyError && /nowhere .*TMPDIR to another folder$/.test(error.message),
      );
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });
});

describe('the copy of a project', () => {
  afterEach(removeFolders);

  async function copied(folder: string) {
    const listing = await listProject(folder, isProofFolder, signal);
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
      assert.deepEqual(leftOut, ['run/fifo is not a file', 'run/socket is not a file']);
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
    const ours = `plimsoll-prove-${newMark()}-AbC123`;
    const folder = makeFolder({ [`tmp/${ours}/before/Dockerfile`]: 'FROM a\n', 'plimsoll-prove-it/x': '' });
    const { to } = await copied(folder);
    assert.deepEqual(readdirSync(to).sort(), ['plimsoll-prove-it', 'tmp']);
    assert.deepEqual(readdirSync(join(to, 'tmp')), []);
  });

  it('leaves out what has a name that is no UTF-8', async function () {
    if (process.platform !== 'linux') this.skip();
    const folder = makeFolder({ Dockerfile: 'FROM a\n' });
    const named = (name: string) => Buffer.concat([Buffer.from(`${folder}/${name}`), Buffer.from([0xff])]);
    symlinkSync('nowhere', named('link'));
    writeFileSync(named('file'), '');
    mkdirSync(named('folder'));
    symlinkSync(named('there'), join(folder, 'to'));
    const { to, leftOut } = await copied(folder);
    assert.deepEqual(
      leftOut,
      ['file', 'folder', 'link'].map(name => `${name}\ufffd cannot be read`),
    );
    assert.deepEqual(readlinkSync(join(to, 'to'), 'buffer'), named('there'));
  });

  it('leaves out what lies deeper than paths lead', async function () {
    if (process.platform !== 'linux') this.skip();
    const folder = makeFolder({ Dockerfile: 'FROM a\n' });
    // Shell after shell, each a folder deeper: a path of 4,096 bytes is refused.
    execFileSync(
      'sh',
      ['-c', 'for i in $(seq 30); do mkdir "$0" && cd -P "$0" && : >x || exit 1; done', 'd'.repeat(200)],
      {
        cwd: folder,
      },
    );
    const { to, leftOut } = await copied(folder);
    assert.ok(leftOut.length > 0 && leftOut.every(line => /cannot be read$/.test(line)));
    assert.ok(existsSync(join(to, 'Dockerfile')) && existsSync(join(to, 'd'.repeat(200), 'x')));
    assert.equal(await removeFolder(to), undefined);
    // Only a program that goes from folder to folder can remove it.
    execFileSync('rm', ['-r', folder]);
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
      (error: Error) =>
        error instanceof CopyError && /need .* free in .*TMPDIR to another folder$/.test(error.message),
    );
  });
});
