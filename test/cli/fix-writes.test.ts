// What `fix` and `convert --write` do to files that they should leave alone, and when writing fails.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { skipFor } from '../support/engine';
import { makeFolder, removeFolders } from '../support/folders';
import { plimsoll, program, type Ran } from '../support/plimsoll';

const BAD = 'FROM python:3.12-slim\nRUN pip install flask\nUSER 1000\n';
const GOOD = 'FROM python:3.12-slim\nRUN pip install --no-cache-dir flask\nUSER 1000\n';
const FIX = ['fix', '--rule', 'pip-cache-left'];

const temporaryFiles = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(it => it.includes('.plimsoll-'));

function read(folder: string, path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

/** An account that may do nothing in particular. */
const NOBODY = 65534;

describe('plimsoll fix, writing', () => {
  let folder: string;

  afterEach(() => {
    assert.deepEqual(temporaryFiles(folder), []);
    removeFolders();
  });

  describe('a file that is not UTF-8', () => {
    const LATIN = Buffer.from('FROM python:3.12-slim\n# caf\xe9\nRUN pip install flask\n', 'latin1');
    const WIDE = Buffer.from(`\uFEFF${BAD}`, 'utf16le');

    for (const [encoding, bytes, because] of [
      ['Latin-1', LATIN, /^plimsoll: b\/Dockerfile is not changed: it is not UTF-8 \(line 2\)$/m],
      ['UTF-16', WIDE, /^plimsoll: b\/Dockerfile is not changed: it is UTF-16, not UTF-8$/m],
    ] as const) {
      it(`in ${encoding} stays byte by byte and is said, and the others are fixed`, () => {
        folder = makeFolder({ 'a/Dockerfile': BAD, 'b/Dockerfile': '', 'c/Dockerfile': BAD });
        writeFileSync(join(folder, 'b/Dockerfile'), bytes);
        const { code, out, err } = plimsoll(folder, FIX);
        assert.equal(code, 2);
        assert.match(err, because);
        assert.deepEqual(readFileSync(join(folder, 'b/Dockerfile')), bytes);
        assert.equal(read(folder, 'a/Dockerfile') + read(folder, 'c/Dockerfile'), GOOD + GOOD);
        assert.match(out, /^fixed a\/Dockerfile\nfixed c\/Dockerfile\n2 fixed, /);
      });
    }

    it('is not converted', () => {
      const text = 'FROM node:22\n# caf\xe9\nCOPY . .\nCMD ["node", "a.js"]\n';
      folder = makeFolder({ Dockerfile: '', 'a.js': '' });
      writeFileSync(join(folder, 'Dockerfile'), Buffer.from(text, 'latin1'));
      const { code, out, err } = plimsoll(folder, ['convert', 'add-dockerignore', 'Dockerfile', '--write']);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, /Dockerfile is not changed: it is not UTF-8 \(line 2\)/);
      assert.deepEqual(readdirSync(folder).sort(), ['Dockerfile', 'a.js']);
    });

    it('is not written over where a fix would make it', () => {
      folder = makeFolder({ Dockerfile: 'FROM scratch\nCOPY . /\n', '.git/HEAD': 'ref: refs/heads/main\n' });
      const bytes = Buffer.from('# caf\xe9\n.git\n', 'latin1');
      writeFileSync(join(folder, '.dockerignore'), bytes);
      plimsoll(folder, ['fix', '--unsafe']);
      assert.deepEqual(readFileSync(join(folder, '.dockerignore')), bytes);
    });
  });

  describe('all files or none', () => {
    beforeEach(() => {
      folder = makeFolder({ 'a/Dockerfile': BAD, 'b/Dockerfile': BAD });
    });

    function noneIsWritten({ code, out }: Ran): void {
      assert.equal(code, 2);
      assert.equal(
        out,
        'not written: a/Dockerfile\nnot written: b/Dockerfile\nnothing was written: all files are written, or none\n',
      );
      assert.equal(read(folder, 'a/Dockerfile') + read(folder, 'b/Dockerfile'), BAD + BAD);
    }

    it('where one is read-only, which a dry run says too', () => {
      chmodSync(join(folder, 'b/Dockerfile'), 0o444);
      const because = /^plimsoll: b\/Dockerfile cannot be written: it is read-only$/m;
      const ran = plimsoll(folder, FIX);
      noneIsWritten(ran);
      assert.match(ran.err, because);
      const dry = plimsoll(folder, [...FIX, '--dry-run']);
      assert.deepEqual([dry.code, dry.out], [2, '']);
      assert.match(dry.err, because);
      assert.match(dry.err, /^plimsoll: nothing would be written/m);
    });

    it('where a file grows beyond what the system allows', function () {
      if (process.platform === 'win32') this.skip();
      // A thousand lines more than the kilobyte that may be written.
      const long = `${BAD}${'# a comment\n'.repeat(1000)}`;
      writeFileSync(join(folder, 'b/Dockerfile'), long);
      const { status, stdout, stderr } = spawnSync(
        'sh',
        ['-c', 'ulimit -f 2; exec "$@"', 'sh', process.execPath, program, ...FIX],
        { cwd: folder, encoding: 'utf8' },
      );
      assert.equal(status, 2, stderr);
      assert.match(stderr, /b\/Dockerfile cannot be written: the file is too large for the file system/);
      assert.match(stdout, /^nothing was written/m);
      assert.equal(read(folder, 'a/Dockerfile'), BAD);
      assert.equal(read(folder, 'b/Dockerfile'), long);
    });

    it('where the disk is full', function () {
      const mounted = join(folder, 'b');
      const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', mounted]);
      skipFor(this, status === 0 ? undefined : 'no small disk can be mounted, so none can be full');
      try {
        const long = `${BAD}${'# a comment\n'.repeat(4000)}`;
        writeFileSync(join(mounted, 'Dockerfile'), long);
        const ran = plimsoll(folder, FIX);
        assert.equal(read(folder, 'b/Dockerfile'), long);
        assert.match(ran.err, /b\/Dockerfile cannot be written: the disk is full/);
        assert.deepEqual(temporaryFiles(folder), []);
        writeFileSync(join(mounted, 'Dockerfile'), BAD);
        noneIsWritten({ ...ran });
      } finally {
        execFileSync('umount', [mounted]);
      }
    });

    describe('for who may not write everything', () => {
      let copy: string | undefined;

      before(function () {
        skipFor(this, process.getuid?.() === 0 ? undefined : 'only root can try what others may not do');
        const readable = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
        copy = join(readable, 'cli.js');
        chmodSync(readable, 0o755);
        cpSync(join(dirname(program), 'program'), join(readable, 'program'), { recursive: true });
        copyFileSync(program, copy);
      });

      after(() => {
        if (copy) rmSync(dirname(copy), { recursive: true, force: true });
      });

      beforeEach(() => {
        for (const path of ['.', 'a', 'b', 'a/Dockerfile', 'b/Dockerfile'])
          chownSync(join(folder, path), NOBODY, NOBODY);
      });

      function asNobody(...args: string[]): Ran {
        const options = { cwd: folder, uid: NOBODY, gid: NOBODY, encoding: 'utf8' } as const;
        const { status, stdout, stderr } = spawnSync(process.execPath, [copy ?? '', ...args], options);
        return { code: status, out: stdout, err: stderr };
      }

      it("where one is somebody else's", () => {
        chownSync(join(folder, 'b/Dockerfile'), 0, 0);
        chmodSync(join(folder, 'b/Dockerfile'), 0o644);
        const ran = asNobody(...FIX);
        assert.match(ran.err, /b\/Dockerfile cannot be written: permission is denied/);
        noneIsWritten(ran);
      });

      it('where the folder of one cannot be written in', () => {
        chownSync(join(folder, 'b'), 0, 0);
        const ran = asNobody(...FIX);
        assert.match(
          ran.err,
          /b\/Dockerfile cannot be written: nothing can be written in its folder: permission/,
        );
        noneIsWritten(ran);
      });

      it('where the last one cannot take its place, and the first has: it is put back', () => {
        // In such a folder everybody makes files, and nobody replaces those of others.
        chownSync(join(folder, 'b'), 0, 0);
        chmodSync(join(folder, 'b'), 0o1777);
        chownSync(join(folder, 'b/Dockerfile'), 0, 0);
        chmodSync(join(folder, 'b/Dockerfile'), 0o666);
        const before = statSync(join(folder, 'a/Dockerfile')).ino;
        const ran = asNobody(...FIX);
        assert.match(ran.err, /b\/Dockerfile cannot be written: the system does not permit it/);
        assert.doesNotMatch(ran.err, /belongs to/);
        noneIsWritten(ran);
        assert.equal(statSync(join(folder, 'a/Dockerfile')).ino, before);
      });

      it('and fixes the others where one cannot even be read', () => {
        chmodSync(join(folder, 'b/Dockerfile'), 0);
        const ran = asNobody(...FIX);
        assert.equal(ran.code, 2);
        assert.equal(read(folder, 'a/Dockerfile'), GOOD);
      });

      it("and says whose a file is now, where it was somebody else's", () => {
        chownSync(join(folder, 'b/Dockerfile'), 0, NOBODY);
        chmodSync(join(folder, 'b/Dockerfile'), 0o664);
        const ran = asNobody(...FIX);
        assert.equal(read(folder, 'b/Dockerfile'), GOOD);
        assert.match(ran.err, /b\/Dockerfile belonged to user 0 and group 65534, and belongs to 65534/);
        assert.equal(statSync(join(folder, 'b/Dockerfile')).mode & 0o777, 0o664);
      });
    });

    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      it(`where ${signal} comes while they are written`, async function () {
        if (process.platform === 'win32') this.skip();
        const paths = Array.from({ length: 40 }, (_, index) => `many/${index}.Dockerfile`);
        mkdirSync(join(folder, 'many'));
        for (const path of paths) writeFileSync(join(folder, path), BAD);
        const child = spawn(process.execPath, [program, ...FIX, 'many'], { cwd: folder, stdio: 'ignore' });
        const watcher = watch(join(folder, 'many'), (_, name) => {
          if (name?.startsWith('.plimsoll-')) child.kill(signal);
        });
        const [, endedBy] = await once(child, 'exit');
        watcher.close();
        assert.equal(endedBy, signal);
        const texts = new Set(paths.map(path => read(folder, path)));
        assert.equal(texts.size, 1, 'some are written and some are not');
      }).timeout(60_000);
    }
  });

  it('fixes the others whatever becomes of a file whose fixes overlap', () => {
    const overlapping = 'FROM alpine:3.20\nRUN apk update && apk update && apk add git\n';
    folder = makeFolder({ 'a/Dockerfile': overlapping, 'b/Dockerfile': BAD });
    const { out } = plimsoll(folder, ['fix']);
    assert.match(out, /^fixed b\/Dockerfile$/m);
    assert.match(out, /^\d+ fixed, \d+ left to fix by hand\n$/m);
  });

  it('shows in a dry run what a real run writes, also through links', () => {
    folder = makeFolder({
      'z/Dockerfile': BAD,
      'b.Dockerfile': BAD.replaceAll('\n', '\r\n'),
      'c/Dockerfile': GOOD,
    });
    mkdirSync(join(folder, 'a'));
    symlinkSync('../z/Dockerfile', join(folder, 'a/Dockerfile'));
    const paths = ['a/Dockerfile', 'b.Dockerfile', 'c/Dockerfile', 'z/Dockerfile'];
    const texts = () => paths.map(path => read(folder, path));
    const before = texts();
    const { out } = plimsoll(folder, [...FIX, '--dry-run']);
    assert.deepEqual(texts(), before);
    execFileSync('git', ['apply', '-p1', '-'], { cwd: folder, input: out });
    const patched = texts();
    for (const [index, path] of paths.entries())
      if (path !== 'a/Dockerfile') writeFileSync(join(folder, path), before[index] ?? '');
    plimsoll(folder, FIX);
    assert.deepEqual(texts(), patched);
    assert.notDeepEqual(patched, before);
  });

  describe('links', () => {
    let outside: string;

    beforeEach(() => {
      outside = makeFolder({ Dockerfile: BAD });
      folder = makeFolder({ 'good/Dockerfile': BAD });
    });

    afterEach(() => {
      assert.deepEqual(readdirSync(outside), ['Dockerfile']);
      assert.equal(read(outside, 'Dockerfile'), BAD);
    });

    it('that lead out of the folder are not followed, and the others are fixed', () => {
      mkdirSync(join(folder, 'bad'));
      symlinkSync(join(outside, 'Dockerfile'), join(folder, 'bad/Dockerfile'));
      const { code, err } = plimsoll(folder, FIX);
      assert.equal(code, 2);
      assert.match(
        err,
        /^plimsoll: bad\/Dockerfile is not changed: it is a link that leads out of the folder$/m,
      );
      assert.equal(read(folder, 'good/Dockerfile'), GOOD);
      assert.ok(lstatSync(join(folder, 'bad/Dockerfile')).isSymbolicLink());
    });

    it('of a folder that lead out are not followed either', () => {
      symlinkSync(outside, join(folder, 'bad'));
      const { code, err } = plimsoll(folder, [...FIX, 'bad/Dockerfile', 'good/Dockerfile']);
      assert.equal(code, 2);
      assert.match(err, /bad\/Dockerfile is not changed: its folder is a link that leads out/);
      assert.equal(read(folder, 'good/Dockerfile'), GOOD);
    });

    it('that lead nowhere make no file where they point', () => {
      writeFileSync(join(folder, 'Dockerfile'), 'FROM node:22\nCOPY . .\nCMD ["node", "a.js"]\n');
      mkdirSync(join(folder, '.git'));
      writeFileSync(join(folder, '.git/HEAD'), '');
      symlinkSync(join(outside, 'made'), join(folder, '.dockerignore'));
      const fixed = plimsoll(folder, ['fix', '--unsafe', 'Dockerfile']);
      assert.equal(fixed.code, 2);
      assert.match(fixed.err, /\.dockerignore is not changed: it is a link that leads out of the folder/);
      const converted = plimsoll(folder, ['convert', 'add-dockerignore', 'Dockerfile', '--write']);
      assert.equal(converted.code, 2);
      assert.match(
        converted.err,
        /\.dockerignore cannot be written: it is a link that leads out of the folder/,
      );
      assert.match(converted.out, /^nothing was written/m);
      assert.ok(!existsSync(join(outside, 'made')));
    });

    it('inside the folder stay, and what they lead to is fixed once', () => {
      mkdirSync(join(folder, 'linked'));
      symlinkSync('../good/Dockerfile', join(folder, 'linked/Dockerfile'));
      const { out } = plimsoll(folder, FIX);
      assert.equal(read(folder, 'good/Dockerfile'), GOOD);
      assert.equal(readlinkSync(join(folder, 'linked/Dockerfile')), '../good/Dockerfile');
      assert.match(out, /^fixed good\/Dockerfile\n1 fixed/);
    });

    it('let a folder be named that is outside of where the command runs', () => {
      const { code } = plimsoll(folder, [...FIX, '--dry-run', outside]);
      assert.equal(code, 0);
    });

    it('of the other kind, second names of a file, keep the old bytes', () => {
      linkSync(join(folder, 'good/Dockerfile'), join(folder, 'good/backup'));
      plimsoll(folder, FIX);
      assert.equal(read(folder, 'good/Dockerfile'), GOOD);
      assert.equal(read(folder, 'good/backup'), BAD);
    });
  });
});
