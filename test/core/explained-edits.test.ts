import assert from 'node:assert/strict';
import { applyEdits } from '../../server/src/core/text/edit';
import { tidied } from '../../server/src/core/text/explained-edits';
import { span } from '../../server/src/core/text/span';

describe('tidied edits', () => {
  it('leave out the lines that they would write as they are', () => {
    const text = 'a\nb\nc\nd';
    const edit = { span: span(0, text.length), newText: 'a\nx\nd', because: 'It was b' };
    const edits = tidied(text, [edit]);
    assert.deepEqual(edits, [{ span: span(2, 6), newText: 'x\n', because: 'It was b' }]);
    assert.equal(applyEdits(text, edits), 'a\nx\nd');
  });

  it('take a line that is there twice out once', () => {
    const text = 'a\na\nb\n';
    const edits = tidied(text, [{ span: span(0, 6), newText: 'a\nb\n', because: 'Twice' }]);
    assert.equal(applyEdits(text, edits), 'a\nb\n');
    assert.deepEqual(edits, [{ span: span(2, 4), newText: '', because: 'Twice' }]);
  });

  it('are one edit with both reasons where both insert at one place', () => {
    const edits = tidied('ab', [
      { span: span(1, 1), newText: 'x', because: 'One comes' },
      { span: span(1, 1), newText: 'y', because: 'Another comes' },
    ]);
    assert.deepEqual(edits, [{ span: span(1, 1), newText: 'xy', because: 'One comes; another comes' }]);
  });

  it('stay as they are where nothing is shared', () => {
    const edits = [
      { span: span(2, 3), newText: '', because: 'Away' },
      { span: span(0, 1), newText: 'b', because: 'Anew' },
    ];
    assert.deepEqual(tidied('a\nb', edits), edits.reverse());
  });
});
