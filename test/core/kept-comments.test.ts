// No fix loses a comment, and none parts a pragma from the instruction that it speaks of.
import assert from 'node:assert/strict';
import { pragmasAbove } from '../../server/src/core/dockerfile/pragmas';
import { keepsComments } from '../../server/src/core/kept-comments';
import { parseFile } from '../../server/src/core/lint';
import type { Edit } from '../../server/src/core/text/edit';
import { loadGrammar } from '../support/grammar';

/** Whether a fix may put `newText` in the place of a part of a Dockerfile. */
function mayReplace(text: string, part: string, newText: string, ...others: readonly Edit[]): boolean {
  const file = parseFile('dockerfile', 'Dockerfile', text);
  const start = text.indexOf(part);
  const edit = { span: { start, end: start + part.length }, newText };
  return keepsComments({ title: '', safety: 'safe', edits: [edit, ...others] }, file);
}

describe('a fix', () => {
  before(loadGrammar);

  it('loses no comment, be it of the file or of the shell', () => {
    assert.equal(mayReplace('FROM a\n# why\nRUN b\n', '# why\nRUN b', 'RUN c'), false);
    assert.equal(mayReplace('FROM a\nRUN b # why\nRUN c\n', 'RUN b # why\n', ''), false);
    assert.equal(mayReplace('FROM a\nRUN <<EOF\nb # why\nc\nEOF\n', ' # why\nc', ' && c'), false);
    assert.equal(mayReplace('FROM a\nRUN bash <<EOF\nb # why\nc\nEOF\n', 'b # why\n', ''), false);
    assert.equal(mayReplace('FROM a\nRUN echo "# no comment"\n', 'RUN echo "# no comment"', 'RUN b'), true);
  });

  it('may take a comment along', () => {
    const end = { start: 25, end: 25 };
    assert.equal(
      mayReplace('FROM a\n# why\nRUN b\nCMD c\n', '# why\nRUN b\n', '', {
        span: end,
        newText: '# why\nRUN b\n',
      }),
      true,
    );
  });

  it('leaves a pragma right above its instruction', () => {
    const text = 'FROM a\n# hadolint ignore=DL3042\n\nRUN b && c\nUSER d\n';
    assert.equal(mayReplace(text, 'RUN b && c\n', ''), false);
    assert.equal(mayReplace(text, 'RUN', 'USER x\nRUN'), false);
    assert.equal(mayReplace(text, 'RUN b && c', 'RUN c'), true);
    assert.equal(mayReplace(text, ' && c', ''), true);
    assert.equal(mayReplace(text, 'FROM a\n', 'FROM a\nUSER x\n'), true);
  });
});

describe('a pragma', () => {
  before(loadGrammar);

  const isOne = (comment: string): boolean => {
    const file = parseFile('dockerfile', 'Dockerfile', `FROM a\n# ${comment}\n# why\nRUN b\n`);
    const run = file.language === 'dockerfile' ? file.instructions[1] : undefined;
    return run !== undefined && file.language === 'dockerfile' && pragmasAbove(file, run).length === 1;
  };

  it('is a comment with an order for some tool', () => {
    for (const comment of [
      'hadolint ignore=SC2016',
      'hadolint global ignore=DL3008',
      'plimsoll ignore=pip-cache-left -- why',
      'shellcheck disable=SC2016',
      'check=skip=JSONArgsRecommended',
      'tally ignore=all',
      'trivy:ignore:AVD-DS-0001',
      'checkov:skip=CKV_DOCKER_2: why',
      'kics-scan ignore-line',
      'renovate: datasource=github-releases depName=a/b',
      'dockerfilelint-ignore',
      'nosemgrep',
      'NOSONAR',
      'pragma: allowlist secret',
    ])
      assert.equal(isOne(comment), true, comment);
  });

  it('is no prose', () => {
    for (const comment of [
      'install trivy and hadolint',
      'ignore the errors of this one',
      'a=b',
      'trivy needs git',
    ])
      assert.equal(isOne(comment), false, comment);
  });
});
