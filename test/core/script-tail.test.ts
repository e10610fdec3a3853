import assert from 'node:assert/strict';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { ofKind } from '../../server/src/core/dockerfile/query';
import { stopsAtFailure } from '../../server/src/core/shell/command';
import { loadGrammar } from '../support/grammar';

/** The text up to where the first RUN's script ends, and what ends it. */
function tailOf(run: string) {
  const text = `FROM debian\n${run}\n`;
  const script = ofKind(parseDockerfile('Dockerfile', text).instructions, 'RUN')[0]?.script;
  assert.ok(script);
  if (!script.tail) return undefined;
  const { end, terminator, inBackground } = script.tail;
  return {
    before: text.slice('FROM debian\n'.length, end),
    terminator: terminator && text.slice(terminator.start, terminator.end),
    inBackground,
  };
}

describe('the end of a script', () => {
  before(loadGrammar);

  const ends: readonly [title: string, run: string, before: string, terminator?: string][] = [
    ['is behind the last statement', 'RUN a && b -c', 'RUN a && b -c'],
    ['is in front of a semicolon', 'RUN a; b ;', 'RUN a; b', ';'],
    ['is in front of a comment', 'RUN a && b # why', 'RUN a && b'],
    ['is behind a whole if', 'RUN if a; then b; fi', 'RUN if a; then b; fi'],
    [
      'is on the line of the last statement, not on that of a comment below',
      'RUN a \\\n  && b \\\n  # why',
      'RUN a \\\n  && b',
    ],
    ['is inside a heredoc', 'RUN <<EOF\na\nb # why\n\nEOF', 'RUN <<EOF\na\nb'],
    [
      'is inside the string that is handed to a shell',
      'RUN ["sh", "-c", "a && b"]',
      'RUN ["sh", "-c", "a && b',
    ],
  ];
  for (const [title, run, before, terminator] of ends) {
    it(title, () => assert.deepEqual(tailOf(run), { before, terminator, inBackground: false }));
    it(`${title}, with Windows line ends`, () =>
      assert.equal(tailOf(run.replaceAll('\n', '\r\n'))?.before, before.replaceAll('\n', '\r\n')));
  }

  it('says that the last statement goes on in the background', () => {
    assert.deepEqual(tailOf('RUN a && b &'), { before: 'RUN a && b', terminator: '&', inBackground: true });
  });

  it('is nowhere where there is no script', () => {
    assert.equal(tailOf('RUN'), undefined);
    assert.equal(tailOf('RUN ["apt-get", "update"]'), undefined);
    assert.equal(tailOf('RUN <<EOF\n# nothing\nEOF'), undefined);
  });
});

describe('set -e', () => {
  before(loadGrammar);
  const stops = (run: string) =>
    ofKind(parseDockerfile('Dockerfile', `FROM debian\nRUN ${run}\n`).instructions, 'RUN').map(it =>
      stopsAtFailure(it.script),
    )[0];

  it('ends a script at the first command that fails, in every form of writing it', () => {
    for (const run of ['set -e; a', 'set -eux && a', 'set -xe; a', 'set -o errexit; a'])
      assert.equal(stops(run), true, run);
  });

  it('is not there without it, or inside a subshell', () => {
    for (const run of ['a; b', 'set -x; a', '(set -e; a); b', 'echo -e x'])
      assert.equal(stops(run), false, run);
  });
});
