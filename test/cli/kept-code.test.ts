// Before Node 22.1, which does the same by itself, the compiled program is kept in the user's cache folder.
import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import * as modules from 'node:module';
import { join } from 'node:path';
import { dockerfileOf } from '../bench/dockerfiles';
import { makeFolder, removeFolders } from '../support/folders';
import { plimsoll, program } from '../support/plimsoll';
import { processorTime } from '../support/processor-time';

/** Quiet machines show 0.7. */
const MOST = 0.9;
const ROUNDS = 5;

describe('the compiled program in the cache folder', function () {
  this.timeout(120_000);
  let caches: string;
  let folder: string;

  before(function () {
    if ('enableCompileCache' in modules || process.platform === 'win32') this.skip();
  });
  beforeEach(() => {
    caches = makeFolder();
    folder = makeFolder({ Dockerfile: dockerfileOf(100) });
  });
  afterEach(removeFolders);

  const check = (environment: Readonly<Record<string, string>> = {}) =>
    plimsoll(folder, ['check', 'Dockerfile'], '', {
      CI: '',
      HOME: caches,
      XDG_CACHE_HOME: caches,
      ...environment,
    });
  const kept = (): string[] =>
    readdirSync(caches, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.bin'))
      .map(name => join(caches, name));

  it('is written by the first check, for its user alone', () => {
    const { out, err } = check();
    assert.equal(err, '');
    assert.match(out, /findings in 1 file/);
    assert.ok(kept().length > 0);
    for (const path of kept()) assert.equal(statSync(path).mode & 0o777, 0o600, path);
  });

  it('makes the next check quicker, and changes nothing that it says', () => {
    const first = check();
    const args = [program, 'check', '--fail-on', 'error', 'Dockerfile'];
    const least = (environment: Readonly<Record<string, string>>) => {
      const before = { ...process.env };
      Object.assign(process.env, { CI: '', XDG_CACHE_HOME: caches, ...environment });
      try {
        return Math.min(...Array.from({ length: ROUNDS }, () => processorTime(folder, args)));
      } finally {
        process.env = before;
      }
    };
    const ratio = least({}) / least({ NODE_DISABLE_COMPILE_CACHE: '1' });
    assert.ok(ratio <= MOST, `it takes ${ratio.toFixed(2)} of the time`);
    assert.deepEqual(check(), first);
  });

  it('is compiled again where a file of it is damaged', () => {
    const first = check();
    for (const path of kept()) {
      const bytes = readFileSync(path);
      bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
      writeFileSync(path, bytes);
    }
    const damaged = kept().map(path => readFileSync(path));
    assert.deepEqual(check(), first);
    assert.notDeepEqual(
      kept().map(path => readFileSync(path)),
      damaged,
    );
  });

  it('is not read where others may write it', () => {
    const first = check();
    const [path = ''] = kept();
    chmodSync(path, 0o666);
    assert.deepEqual(check(), first);
    assert.equal(statSync(path).mode & 0o777, 0o600, 'it was written again');
  });

  for (const [what, environment] of [
    ['a CI service runs it', { CI: 'true' }],
    ['Node is told to keep none', { NODE_DISABLE_COMPILE_CACHE: '1' }],
  ] as const)
    it(`is not written where ${what}`, () => {
      assert.match(check(environment).out, /findings in 1 file/);
      assert.deepEqual(kept(), []);
    });

  it('is left out where there is no folder for it', () => {
    const file = join(makeFolder({ taken: '' }), 'taken');
    const { out, err } = check({ XDG_CACHE_HOME: file });
    assert.equal(err, '');
    assert.match(out, /findings in 1 file/);
  });

  it('is not written by commands that run few of its functions', () => {
    plimsoll(folder, ['rules'], '', { CI: '', XDG_CACHE_HOME: caches });
    assert.deepEqual(kept(), []);
  });
});
