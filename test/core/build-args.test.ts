import assert from 'node:assert/strict';
import { withBuildArgs } from '../../server/src/core/dockerfile/build-args';
import { formatImageRef } from '../../server/src/core/dockerfile/image-ref';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { finalState } from '../../server/src/core/dockerfile/stage-state';
import { loadGrammar } from '../support/grammar';

type Args = Readonly<Record<string, string | undefined>>;

function built(text: string, ...builds: Args[]) {
  const file = parseDockerfile('Dockerfile', text);
  return withBuildArgs(
    file,
    builds.map(args => ({ args: new Map(Object.entries(args)) })),
  );
}

function bases(text: string, ...builds: Args[]): string[] {
  return built(text, ...builds).stages.map(({ base }) =>
    base.kind === 'image' ? formatImageRef(base.ref) : base.kind,
  );
}

function workdir(text: string, ...builds: Args[]): string | undefined {
  const file = built(text, ...builds);
  const last = file.stages.at(-1);
  return last && finalState(file, last).workdir;
}

const PYTHON = 'ARG PYTHON=3.11-slim\nFROM python:${PYTHON}\n';

describe('A Dockerfile as Compose services build it', () => {
  before(loadGrammar);

  it('is built on what the arguments say, not on the default', () => {
    assert.deepEqual(bases(PYTHON), ['python:3.11-slim']);
    assert.deepEqual(bases(PYTHON, { PYTHON: '3.12-alpine' }), ['python:3.12-alpine']);
    assert.deepEqual(bases('ARG BASE\nFROM $BASE\n', { BASE: 'debian:12' }), ['debian:12']);
    assert.deepEqual(bases('ARG A=1\nARG B=debian:$A\nFROM $B\n', { A: '12' }), ['debian:12']);
  });

  it('takes no argument that it does not declare before the first FROM', () => {
    assert.deepEqual(bases('FROM python:${PYTHON}\n', { PYTHON: '3.12' }), ['unknown']);
    assert.deepEqual(bases('FROM debian\nARG X=1\nFROM a:$X\n', { X: '2' }), ['debian', 'unknown']);
  });

  it('may be built on another stage by an argument', () => {
    assert.deepEqual(bases('ARG KIND=prod\nFROM a AS prod\nFROM b AS dev\nFROM $KIND\n', { KIND: 'dev' }), [
      'a',
      'b',
      'stage',
    ]);
  });

  it('has an unknown base where the services differ, and known ones where they agree', () => {
    const text = `${PYTHON}ARG OTHER=x\nFROM debian\n`;
    assert.deepEqual(bases(text, { PYTHON: '3.12' }, { PYTHON: '3.13' }), ['unknown', 'debian']);
    assert.deepEqual(bases(text, { PYTHON: '3.12' }, {}), ['unknown', 'debian']);
    assert.deepEqual(bases(text, { PYTHON: '3.12', OTHER: 'a' }, { PYTHON: '3.12', OTHER: 'b' }), [
      'python:3.12',
      'debian',
    ]);
    assert.deepEqual(bases(text, { PYTHON: '3.11-slim' }, {}), ['python:3.11-slim', 'debian']);
  });

  it('has an unknown base where nobody here knows the value', () => {
    assert.deepEqual(bases(PYTHON, { PYTHON: undefined }), ['unknown']);
  });

  it('has folders that arguments name', () => {
    const text = 'ARG ROOT=/srv\nFROM a\nARG APP=app\nARG ROOT\nWORKDIR $ROOT/$APP\n';
    assert.equal(workdir(text), '/srv/app');
    assert.equal(workdir(text, { APP: 'web' }), '/srv/web');
    assert.equal(workdir(text, { ROOT: '/opt' }), '/opt/app');
    assert.equal(workdir(text, { APP: 'web' }, { APP: 'api' }), undefined);
    assert.equal(workdir('FROM a\nARG APP=app\nENV APP=fixed\nWORKDIR /$APP\n', { APP: 'web' }), '/fixed');
  });

  it('is the same object for the same arguments, and the file itself without any', () => {
    const file = parseDockerfile('Dockerfile', PYTHON);
    const args = () => [{ args: new Map([['PYTHON', '3.12']]) }];
    assert.equal(withBuildArgs(file, []), file);
    assert.equal(withBuildArgs(file, [{ args: new Map() }]), file);
    assert.equal(withBuildArgs(file, args()), withBuildArgs(file, args()));
    assert.ok(Object.isFrozen(withBuildArgs(file, args()).stages[0]?.base));
  });
});
