import assert from 'node:assert/strict';
import {
  appendBehind,
  appendCommand,
  insertAbove,
  insertBelow,
  instructionText,
} from '../../server/src/core/dockerfile/edit';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { ofKind } from '../../server/src/core/dockerfile/query';
import { applyEdits } from '../../server/src/core/text/edit';
import { loadGrammar } from '../support/grammar';

function appended(run: string): string | undefined {
  const file = parseDockerfile('Dockerfile', `FROM debian\n${run}\n`);
  const parsed = ofKind(file.instructions, 'RUN')[0];
  assert.ok(parsed);
  const edit = appendCommand(file, parsed, 'c');
  return edit && applyEdits(file.text, [edit]).slice('FROM debian\n'.length, -1);
}

describe('joining one more command to a RUN', () => {
  before(loadGrammar);

  const joins: readonly [title: string, run: string, joined: string][] = [
    ['on one line', 'RUN a && b', 'RUN a && b && c'],
    ['behind a flag', 'RUN --network=none a', 'RUN --network=none a && c'],
    ['on lines that end in &&', 'RUN a && \\\n  b', 'RUN a && \\\n  b && \\\n  c'],
    ['on lines that begin with &&', 'RUN a \\\n  && b', 'RUN a \\\n  && b \\\n  && c'],
    ['where only the arguments are on lines of their own', 'RUN a \\\n    x', 'RUN a \\\n    x \\\n    && c'],
    [
      'in the style of the last line where styles are mixed',
      'RUN a && \\\n b \\\n  && d',
      'RUN a && \\\n b \\\n  && d \\\n  && c',
    ],
    ['with semicolons after set -e', 'RUN set -e; \\\n\ta;', 'RUN set -e; \\\n\ta; \\\n\tc;'],
    ['with && where a failure would be lost', 'RUN a; b;', 'RUN a; b && c'],
    ['behind || true', 'RUN a || true', 'RUN a || true && c'],
    ['behind || exit 1', 'RUN a || exit 1', 'RUN a || exit 1 && c'],
    ['behind a loop', 'RUN for x in 1 2; do a; done', 'RUN for x in 1 2; do a; done && c'],
    ['in a heredoc with set -e', 'RUN <<EOF\nset -e\n  a\nEOF', 'RUN <<EOF\nset -e\n  a\nc\nEOF'],
    [
      'to the list that ends a heredoc with set -e',
      'RUN <<EOF\nset -e\na && b\nEOF',
      'RUN <<EOF\nset -e\na && b &&\nc\nEOF',
    ],
    ['in a heredoc without it', 'RUN <<EOF\na\nEOF', 'RUN <<EOF\na &&\nc\nEOF'],
    [
      'in a heredoc whose last line ends in a semicolon',
      'RUN <<EOF\na; # x\nEOF',
      'RUN <<EOF\na && # x\nc\nEOF',
    ],
    [
      'in the exec form',
      'RUN ["sh", "-ec", "a && echo \\"x\\""]',
      'RUN ["sh", "-ec", "a && echo \\"x\\" && c"]',
    ],
    [
      'in front of a heredoc that feeds a command',
      'RUN cat <<EOF > x\nbody\nEOF',
      'RUN cat <<EOF > x && c\nbody\nEOF',
    ],
  ];
  for (const [title, run, joined] of joins) it(`works ${title}`, () => assert.equal(appended(run), joined));

  it('is declined where the command would never run, or nothing can be read', () => {
    for (const run of ['RUN a &', 'RUN exit 0', 'RUN exec a', 'RUN a && (b', 'RUN ["a", "b"]', 'RUN'])
      assert.equal(appended(run), undefined, run);
  });
});

describe('one more command, where a failure in the middle ends the script', () => {
  before(loadGrammar);

  for (const compound of [
    'if a; then b; d; fi',
    'for x in 1 2; do b; d; done',
    'case $x in y) b; d;; esac',
    '{ b; d; }',
    '(b; d)',
    'a && if x; then b; d; fi',
  ]) {
    it(`is not joined to ${compound}`, () => {
      assert.equal(appended(`RUN set -e; ${compound}`), undefined);
      assert.equal(appended(`SHELL ["/bin/bash", "-ec"]\nRUN ${compound}`), undefined);
      assert.equal(appended(`RUN ${compound}`), `RUN ${compound} && c`);
    });
  }

  const behind = (run: string) => {
    const file = parseDockerfile('Dockerfile', `FROM debian\n${run}\n`);
    const [parsed] = ofKind(file.instructions, 'RUN');
    const command = parsed?.script.commands.find(it => it.name === 'b');
    assert.ok(parsed && command);
    const edit = appendBehind(file, parsed, command, 'c');
    return edit && applyEdits(file.text, [edit]).slice('FROM debian\n'.length, -1);
  };

  it('is not put behind a command that would then fail without ending it', () => {
    assert.equal(behind('RUN set -e; if a; then b; d; fi'), undefined);
    assert.equal(behind('RUN if a; then b; d; fi'), 'RUN if a; then b && c; d; fi');
    assert.equal(behind('RUN set -e; if a; then b && d; fi'), 'RUN set -e; if a; then b && c && d; fi');
  });
});

describe('inserting instructions', () => {
  before(loadGrammar);

  it('goes above the comments of the instruction and keeps paragraphs apart', () => {
    const file = parseDockerfile('Dockerfile', 'FROM a\r\n\r\n# why\r\nCMD b\r\n');
    const cmd = file.instructions[1];
    assert.ok(cmd);
    const text = applyEdits(file.text, [insertAbove(file, cmd, ['USER x'])]);
    assert.equal(text, 'FROM a\r\n\r\nUSER x\r\n\r\n# why\r\nCMD b\r\n');
  });

  it('stays below a parser directive', () => {
    const file = parseDockerfile('Dockerfile', '# syntax=docker/dockerfile:1\nFROM a\n');
    const from = file.instructions[0];
    assert.ok(from);
    const text = applyEdits(file.text, [insertAbove(file, from, ['ARG x'])]);
    assert.equal(text, '# syntax=docker/dockerfile:1\nARG x\nFROM a\n');
  });

  it('goes below a heredoc, and below a last line without a line end', () => {
    const file = parseDockerfile('Dockerfile', 'FROM a\nRUN <<EOF\nb\nEOF');
    const run = file.instructions[1];
    assert.ok(run);
    assert.equal(applyEdits(file.text, [insertBelow(file, run, ['USER x'])]), `${file.text}\nUSER x`);
  });

  it('writes keywords as most of the file does', () => {
    assert.equal(
      instructionText(parseDockerfile('Dockerfile', 'from a\nrun b\nCMD c'), 'USER', 'x'),
      'user x',
    );
    assert.equal(instructionText(parseDockerfile('Dockerfile', 'FROM a\nrun b'), 'USER', 'x'), 'USER x');
  });
});
