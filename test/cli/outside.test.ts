// What lies outside of the folder that somebody checks: said once, and never quoted where it is something else.
import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, removeFolders } from '../support/folders';
import { plimsoll } from '../support/plimsoll';

const BAD = 'FROM python:3.12-slim\nRUN pip install flask\nUSER 1000\n';
const COPIES = 'FROM python:3.12-slim\nCOPY . .\nUSER 1000\n';
const SECRET = 'hunter2-is-no-instruction';
const COMPOSE = 'services:\n  a:\n    build:\n      context: ..\n      dockerfile: work/Dockerfile\n';

describe('plimsoll, outside of the folder', () => {
  let top: string;
  let work: string;
  const make = (files: Readonly<Record<string, string>>) => {
    top = realpathSync(makeFolder(files));
    work = join(top, 'work');
    mkdirSync(work, { recursive: true });
  };
  afterEach(removeFolders);

  it('says once that a build context leads out', () => {
    make({ 'work/compose.yaml': COMPOSE, 'work/Dockerfile': COPIES, 'tokens.env': 'TOKEN=x\n' });
    const { out, err } = plimsoll(work, ['check', '.', '--rule', 'missing-dockerignore']);
    assert.equal(err, `plimsoll: reads .., outside of ${work}\n`);
    assert.match(out, /tokens\.env/);
  });

  it('says nothing of it inside of one repository, nor of what somebody named', () => {
    make({
      '.git/HEAD': 'ref: refs/heads/main\n',
      'work/compose.yaml': COMPOSE,
      'work/Dockerfile': COPIES,
      'tokens.env': 'TOKEN=x\n',
    });
    const { out, err } = plimsoll(work, ['check', '.', '--rule', 'missing-dockerignore']);
    assert.equal(err, '');
    assert.match(out, /tokens\.env/);
    make({ 'work/readme': '', 'other/Dockerfile': BAD });
    assert.equal(plimsoll(work, ['check', '../other/Dockerfile']).err, '');
  });

  it('says where a linked Dockerfile leads, and checks it', () => {
    make({ 'other/Dockerfile': BAD });
    symlinkSync('../other/Dockerfile', join(work, 'Dockerfile'));
    const { out, err } = plimsoll(work, ['check', '.', '--rule', 'pip-cache-left']);
    assert.equal(
      err,
      `plimsoll: reads Dockerfile, which leads to ${top}/other/Dockerfile, outside of ${work}\n`,
    );
    assert.match(out, /pip-cache-left/);
  });

  it('quotes nothing of a file that a link puts in the place of another', () => {
    make({ 'private/key': `${SECRET}\n[default]\nsecret = ${SECRET}\n`, 'other/Dockerfile': BAD });
    for (const name of [
      'Dockerfile',
      'compose.yaml',
      '.plimsoll.yaml',
      '.hadolint.yaml',
      '.env',
      'requirements.txt',
    ])
      symlinkSync('../private/key', join(work, name));
    mkdirSync(join(work, 'api'));
    symlinkSync('../../other/Dockerfile', join(work, 'api/Dockerfile'));
    for (const command of ['check', 'fix']) {
      const { code, out, err } = plimsoll(work, [command, '.']);
      assert.ok(!`${out}${err}`.includes('hunter2'), `${out}${err}`);
      assert.match(
        err,
        /Dockerfile cannot be checked: it leads to .*private\/key, which is not a Dockerfile\.$/m,
      );
      assert.match(err, /compose\.yaml cannot be checked: .*, which is not a Compose file\.$/m);
      assert.equal(code, 2);
    }
  });

  it('quotes nothing of a file that a service names as its Dockerfile', () => {
    make({
      'private/key': `${SECRET}\n`,
      'work/compose.yaml':
        'services:\n  a:\n    build:\n      context: .\n      dockerfile: ../private/key\n',
    });
    const { out, err } = plimsoll(work, ['check', '.', '--format', 'json']);
    assert.ok(!`${out}${err}`.includes('hunter2'), `${out}${err}`);
  });
});
