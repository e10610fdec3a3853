import assert from 'node:assert/strict';
import { visible, visibleJson, visibleLines } from '../../server/src/core/text/visible';

/** Every UTF-16 unit by itself, halves of pairs among them. */
const UNITS = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code));
/** What no text of ours may hold, written anew. */
const isUnseen = (code: number) =>
  code < 0x20 ||
  (code >= 0x7f && code < 0xa0) ||
  [0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0xfeff].includes(code) ||
  (code >= 0x202a && code <= 0x202e) ||
  (code >= 0x2066 && code <= 0x2069) ||
  (code >= 0xd800 && code <= 0xdfff);

describe('what makes characters visible', () => {
  it('writes those that do something else than to show themselves, and leaves all others', () => {
    const wrong = UNITS.filter((unit, code) => (visible(unit) !== unit) !== isUnseen(code));
    assert.deepEqual(
      wrong.map(unit => unit.charCodeAt(0).toString(16)),
      [],
    );
    assert.equal(visible(visible(UNITS.join(' '))), visible(UNITS.join(' ')));
  });

  it('has one form', () => {
    assert.equal(
      visible('a\n\r\t\b\x1b[31m\x7f\u0085\u009b\u2028\u202e\ud800z'),
      String.raw`a\n\r\t\x08\x1b[31m\x7f\x85\x9b\u2028\u202e\ud800z`,
    );
  });

  it('leaves the letters of every language, and emoji', () => {
    const text = 'Größe データ סקירה بررسی می‌شود 👩‍👩‍👧 C:\\build';
    assert.equal(visible(text), text);
  });

  it('keeps the lines of a text of several lines', () => {
    assert.equal(visibleLines('a\n\tb\r\n\x1bc'), 'a\n\tb\\r\n\\x1bc');
  });

  it('changes nothing of what JSON says', () => {
    const value = { [UNITS.join('')]: UNITS, nested: [{ text: '\u009b\x7f"\\' }] };
    const json = visibleJson(JSON.stringify(value, null, 2));
    assert.deepEqual(JSON.parse(json), value);
    assert.equal(visibleLines(json), json);
  });
});
