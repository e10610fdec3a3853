import assert from 'node:assert/strict';
import { ofKind } from '../../server/src/core/dockerfile/query';
import { environmentAt } from '../../server/src/core/dockerfile/run-environment';
import { loadGrammar } from '../support/grammar';
import { parsedDockerfile } from '../support/parsed';

describe('the environment of a command in a RUN', () => {
  before(loadGrammar);

  /** What the command `probe` finds of some variables. */
  function found(text: string, ...names: readonly string[]) {
    const file = parsedDockerfile('Dockerfile', `FROM a\n${text}\n`);
    const run = ofKind(file.instructions, 'RUN').at(-1);
    const command = run?.script.commands.find(it => it.name === 'probe');
    assert.ok(run && command);
    const environment = environmentAt(file, run, command);
    return names.map(name => (environment.has(name) ? environment.get(name) : null));
  }

  it('holds ENV, ARG with a value, and what stands in front of the command', () => {
    assert.deepEqual(found('ENV A=1\nARG B=2\nARG C\nRUN D=4 probe', 'A', 'B', 'C', 'D'), [
      '1',
      '2',
      null,
      '4',
    ]);
  });

  it('holds what was exported before, not what is exported behind it', () => {
    assert.deepEqual(found('RUN export A=1 && probe && export B=2', 'A', 'B'), ['1', null]);
    assert.deepEqual(found('RUN A=1; export A; probe', 'A'), ['1']);
    assert.deepEqual(found('RUN A=1; probe', 'A'), [null]);
    assert.deepEqual(found('RUN declare -x A=1; declare B=2; probe', 'A', 'B'), ['1', null]);
    assert.deepEqual(found('ENV A=1\nRUN A=2; probe', 'A'), ['2']);
    assert.deepEqual(found('RUN (export A=1); probe', 'A'), [null]);
  });
});
