// What cannot be read is said, and ends nothing: real pipes, devices, modes, sizes and encodings.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MOST_FILE_BYTES } from '../../server/src/host/bounded-file';
import { makeFolder, removeFolders } from '../support/folders';
import { plimsoll, program, type Ran } from '../support/plimsoll';

const BAD = 'FROM python:3.12-slim\nRUN pip install flask\nUSER 1000\n';
const onlyPip = ['--rule', 'pip-cache-left'];
const endless = existsSync('/dev/zero');

/** As somebody who is not root, to whom modes mean something. */
function unprivileged(cwd: string, args: readonly string[]): Ran {
  const asNobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd,
    encoding: 'utf8',
    ...asNobody,
  });
  return { code: status, out: stdout, err: stderr };
}

interface Shown {
  readonly path: string;
  readonly diagnostics: readonly { rule: string; severity: string; message: string }[];
}

function shown({ out }: Ran): Shown[] {
  return JSON.parse(out).files;
}

describe('plimsoll check, of what cannot be read', () => {
  afterEach(removeFolders);

  it('prints the findings of the rest where a file and a folder may not be read', function () {
    if (process.platform === 'win32') this.skip();
    const folder = makeFolder({ 'a/Dockerfile': BAD, 'b/Dockerfile': BAD, 'closed/Dockerfile': BAD });
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'a/Dockerfile'), 0);
    chmodSync(join(folder, 'closed'), 0);
    const { code, out, err } = unprivileged(folder, ['check', '.', ...onlyPip]);
    chmodSync(join(folder, 'closed'), 0o755);
    assert.match(out, /b\/Dockerfile/);
    assert.match(err, /^plimsoll: a\/Dockerfile cannot be read: permission is denied\.$/m);
    assert.match(err, /^plimsoll: closed cannot be read: permission is denied\.$/m);
    assert.equal(code, 2);
  });

  it('prints the findings of the rest where a named path does not exist', () => {
    const folder = makeFolder({ Dockerfile: BAD });
    const { code, out, err } = plimsoll(folder, ['check', 'nowhere', 'Dockerfile', ...onlyPip]);
    assert.match(out, /pip-cache-left/);
    assert.equal(err, 'plimsoll: nowhere cannot be read: it does not exist.\n');
    assert.equal(code, 2);
  });

  it('says in a sentence that the working folder was removed, and that standard input is a folder', function () {
    if (process.platform === 'win32') this.skip();
    const folder = makeFolder({ 'gone/a': '' });
    const script =
      'cd gone && rm -r ../gone && "$0" "$1" check; cd .. 2>/dev/null; "$0" "$1" check --stdin < /';
    const { stdout, stderr } = spawnSync('sh', ['-c', script, process.execPath, program], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(stdout, '');
    assert.equal(
      stderr,
      'plimsoll: the working directory no longer exists\nplimsoll: standard input cannot be read: it is a folder.\n',
    );
  });

  it('reads no pipe and no device, wherever one stands in the place of a file', function () {
    if (!endless) this.skip();
    const folder = makeFolder({
      'api/Dockerfile': `${BAD}COPY . .\n`,
      'api/main.py': 'import flask\n',
      'compose.yaml':
        'services:\n  api:\n    build: api\n  zero:\n    build:\n      context: .\n      dockerfile: /dev/zero\n',
    });
    for (const name of ['.plimsoll.yaml', '.gitignore', '.env', 'requirements.txt', 'api/.hadolint.yaml'])
      symlinkSync('/dev/zero', join(folder, name));
    for (const name of [
      'api/.dockerignore',
      'api/requirements.txt',
      'api/code.py',
      'api/pyproject.toml',
      'Dockerfile',
    ])
      execFileSync('mkfifo', [join(folder, name)]);
    const { code, out, err } = plimsoll(folder, ['check', '.', '--format', 'json', ...onlyPip]);
    assert.ok(
      shown({ code, out, err }).some(file => file.path === 'api/Dockerfile' && file.diagnostics.length > 0),
    );
    assert.match(err, /^plimsoll: Dockerfile cannot be read: it is a named pipe, not a regular file\.$/m);
    assert.match(err, /^plimsoll: requirements\.txt cannot be read: it is a device, not a regular file\.$/m);
    assert.equal(code, 2);
  });

  it('says that a file is too large and checks the others', () => {
    const folder = makeFolder({ 'a/Dockerfile': BAD, 'b/Dockerfile': '' });
    writeFileSync(join(folder, 'b/Dockerfile'), Buffer.alloc(MOST_FILE_BYTES + 1, '# \n'));
    const { code, out, err } = plimsoll(folder, ['check', '.', ...onlyPip]);
    assert.match(out, /a\/Dockerfile/);
    assert.equal(err, 'plimsoll: b/Dockerfile cannot be read: it is larger than 10 MB.\n');
    assert.equal(code, 2);
  });

  it('takes no more of standard input than of a file', () => {
    const input = '# a comment\n'.repeat(1_000_000);
    const { code, out, err } = plimsoll(makeFolder(), ['check', '--stdin'], input);
    assert.deepEqual(
      { code, out, err },
      {
        code: 2,
        out: '',
        err: 'plimsoll: standard input cannot be read: it is larger than 10 MB.\n',
      },
    );
  });

  it('does not search the folders of the system', function () {
    if (!existsSync('/proc/self')) this.skip();
    const { code, err } = plimsoll(makeFolder(), ['check', '/proc', '/sys']);
    assert.equal(
      err,
      'plimsoll: /proc cannot be searched: its files belong to the system.\nplimsoll: /sys cannot be searched: its files belong to the system.\n',
    );
    assert.equal(code, 2);
  });
});

describe('plimsoll check, of what is not UTF-8', () => {
  afterEach(removeFolders);

  const latin1 = (text: string) => Buffer.from(text, 'latin1');
  const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');
  const check = (name: string, bytes: Buffer) => {
    const folder = makeFolder();
    mkdirSync(join(folder, 'x'));
    writeFileSync(join(folder, 'x', name), bytes);
    const [file] = shown(plimsoll(folder, ['check', '--format', 'json', join('x', name)]));
    return file?.diagnostics ?? [];
  };
  const severities = (name: string, bytes: Buffer) =>
    Object.fromEntries(check(name, bytes).map(({ rule, severity }) => [rule, severity]));

  it('lints a Dockerfile with stray bytes, and says where they are', () => {
    const found = check('Dockerfile', latin1(`# café\n${BAD}`));
    assert.deepEqual(
      found.find(it => it.rule === 'not-utf8'),
      {
        ...found[0],
        rule: 'not-utf8',
        severity: 'info',
        message:
          'line 1 has bytes that are not UTF-8: the builder passes them on unchanged, and fixes do not change the file',
      },
    );
    assert.ok(found.some(it => it.rule === 'pip-cache-left'));
  });

  it('says of a Dockerfile in UTF-16 nothing but that no builder reads it', () => {
    assert.deepEqual(severities('Dockerfile', utf16(BAD)), { 'not-utf8': 'error' });
    assert.deepEqual(severities('Dockerfile', Buffer.from(BAD, 'utf16le')), { 'not-utf8': 'error' });
  });

  const compose = 'services:\n  web:\n    image: nginx # café\n';

  it('knows that Docker Compose refuses stray bytes and reads UTF-16 with its mark', () => {
    const stray = severities('compose.yaml', latin1(compose));
    assert.equal(stray['not-utf8'], 'error');
    const legible = severities('compose.yaml', utf16(compose));
    assert.equal(legible['not-utf8'], 'info');
    assert.ok(Object.keys(legible).length > 1, JSON.stringify(legible));
    assert.deepEqual(severities('compose.yaml', Buffer.from(compose, 'utf16le')), { 'not-utf8': 'error' });
  });

  it('is left alone by fix, also beside files that are mended', () => {
    const folder = makeFolder({ 'b/Dockerfile': BAD });
    mkdirSync(join(folder, 'a'));
    const files = {
      'a/Dockerfile': latin1(`# café\n${BAD}COPY . .\n`),
      'a/.dockerignore': latin1('# café\nnothing\n'),
      'a/requirements.txt': latin1('# café\nflask\n'),
      'a/compose.yaml': utf16(compose),
    };
    for (const [path, bytes] of Object.entries(files)) writeFileSync(join(folder, path), bytes);
    writeFileSync(join(folder, 'a/tokens.env'), 'TOKEN=x\n');
    const { out } = plimsoll(folder, ['fix', '--unsafe', '.']);
    assert.match(out, /fixed b\/Dockerfile/);
    for (const [path, bytes] of Object.entries(files))
      assert.deepEqual(readFileSync(join(folder, path)), bytes, path);
  });

  it('takes standard input in the same way', () => {
    const folder = makeFolder();
    const { status, stdout } = spawnSync(process.execPath, [program, 'check', '-'], {
      cwd: folder,
      input: utf16(BAD),
      encoding: 'utf8',
    });
    assert.match(stdout, /not-utf8/);
    assert.equal(status, 1);
  });
});
