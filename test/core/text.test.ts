import assert from 'node:assert/strict';
import { minimalEdits, unifiedDiff } from '../../server/src/core/text/diff';
import { applyEdits, areDisjoint, insert, remove, replace } from '../../server/src/core/text/edit';
import { ExcerptBuilder, excerptOf, sourceSpan, subExcerpt } from '../../server/src/core/text/excerpt';
import { Lines } from '../../server/src/core/text/lines';
import { span } from '../../server/src/core/text/span';

describe('edits', () => {
  it('apply in any order', () => {
    assert.equal(
      applyEdits('abcdef', [remove(span(4, 6)), insert(0, '>'), replace(span(1, 2), 'B')]),
      '>aBcd',
    );
  });

  it('may not overlap, nor insert twice at one place', () => {
    assert.equal(areDisjoint([remove(span(0, 3)), remove(span(2, 4))]), false);
    assert.equal(areDisjoint([insert(2, 'a'), insert(2, 'b')]), false);
    assert.equal(areDisjoint([remove(span(0, 2)), insert(2, 'b')]), true);
    assert.throws(() => applyEdits('abcd', [remove(span(0, 3)), remove(span(2, 4))]), RangeError);
  });

  it('are found between two texts, line by line', () => {
    const before = 'a\nb\nc\nd\n';
    const after = 'a\nB\nc\nd\ne\n';
    const edits = minimalEdits(before, after);
    assert.equal(edits.length, 2);
    assert.equal(applyEdits(before, edits), after);
  });

  it('are shown as a diff that names a new file', () => {
    assert.match(unifiedDiff('x', '', 'a\n'), /^--- \/dev\/null\n\+\+\+ b\/x\n/);
    assert.equal(unifiedDiff('x', 'a', 'a'), '');
  });
});

describe('lines', () => {
  const lines = new Lines('ab\r\n\r\ncd');

  it('know the line end of the file', () => {
    assert.equal(lines.eol, '\r\n');
    assert.equal(new Lines('').eol, '\n');
  });

  it('turn offsets into places and back', () => {
    for (const offset of [0, 1, 2, 4, 6, 7, 8]) assert.equal(lines.offset(lines.at(offset)), offset);
    assert.deepEqual(lines.at(7), { line: 2, character: 1 });
  });

  it('take places beyond a line or the file back to its end', () => {
    assert.equal(lines.offset({ line: 0, character: 99 }), 2);
    assert.equal(lines.offset({ line: 99, character: 0 }), 8);
  });
});

describe('an excerpt', () => {
  it('knows where each character came from', () => {
    const excerpt = new ExcerptBuilder()
      .take('ab', 10)
      .take('cd', 12)
      .takeAs('xyz', 20)
      .take('e', 30)
      .finish(31);
    assert.equal(excerpt.text, 'abcdxyze');
    assert.deepEqual(sourceSpan(excerpt, span(1, 3)), span(11, 13));
    assert.deepEqual(sourceSpan(excerpt, span(5, 7)), span(20, 21));
    assert.deepEqual(sourceSpan(excerpt, span(7, 8)), span(30, 31));
  });

  it('has parts that know it too', () => {
    const whole = new ExcerptBuilder().take('ab', 10).takeAs('xyz', 20).take('cd', 30).finish(32);
    const part = subExcerpt(whole, span(1, 6));
    assert.equal(part.text, 'bxyzc');
    assert.deepEqual(sourceSpan(part, span(0, 1)), span(11, 12));
    assert.deepEqual(sourceSpan(part, span(4, 5)), span(30, 31));
    assert.deepEqual(
      sourceSpan(subExcerpt(excerptOf('0123456', span(2, 6)), span(1, 3)), span(0, 2)),
      span(3, 5),
    );
  });
});
