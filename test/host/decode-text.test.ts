// Bytes to text: UTF-8 or a reason why not.
import assert from 'node:assert/strict';
import { decodeText, strictText } from '../../server/src/host/decode-text';

describe('decoding', () => {
  it('keeps UTF-8 as it is, with its byte order mark', () => {
    const text = '\uFEFF# größer \u{1F600} \uFFFD\n';
    assert.deepEqual(decodeText(Buffer.from(text)), { text });
    assert.deepEqual(decodeText(Buffer.from('')), { text: '' });
  });

  it('finds the first stray byte, behind characters of every length', () => {
    const before = '# größer \u{1F600} \uFFFD\n# caf';
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xe9]), Buffer.from('\nFROM scratch\n')]);
    assert.deepEqual(decodeText(bytes), {
      text: `${before}\uFFFD\nFROM scratch\n`,
      encodingProblem: { kind: 'stray-bytes', offset: before.length, line: 2 },
    });
    assert.equal(strictText(bytes), undefined);
  });

  it('finds a character that the end cuts off', () => {
    const { encodingProblem } = decodeText(Buffer.from('FROM scratch\n# é').subarray(0, -1));
    assert.deepEqual(encodingProblem, { kind: 'stray-bytes', offset: 15, line: 2 });
  });

  const text = 'FROM scratch\n# é\n';
  const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();
  const utf16 = Buffer.from(text, 'utf16le');
  const marked = Buffer.from(`\uFEFF${text}`, 'utf16le');
  for (const [encoding, bytes] of [
    ['UTF-16', marked],
    ['UTF-16', swapped(marked)],
    ['UTF-16 without a byte order mark', utf16],
    ['UTF-16 without a byte order mark', swapped(utf16)],
  ] as const) {
    it(`names ${encoding}, ${bytes.indexOf('F') % 2 === 0 ? 'little' : 'big'} endian`, () => {
      assert.deepEqual(decodeText(bytes), {
        text,
        encodingProblem: { kind: 'other-encoding', encoding },
      });
    });
  }

  it('names UTF-16 without a mark also where a line begins with other characters than those of ASCII', () => {
    const text = '# – „größer“\nFROM scratch\n';
    for (const bytes of [Buffer.from(text, 'utf16le'), swapped(Buffer.from(text, 'utf16le'))]) {
      const { text: read, encodingProblem } = decodeText(bytes);
      assert.equal(read, text);
      assert.deepEqual(encodingProblem, {
        kind: 'other-encoding',
        encoding: 'UTF-16 without a byte order mark',
      });
    }
    assert.deepEqual(decodeText(Buffer.from('a\0b\0\0')), { text: 'a\0b\0\0' });
  });

  it('names UTF-32', () => {
    const { encodingProblem } = decodeText(Buffer.from([0xff, 0xfe, 0, 0, 0x46, 0, 0, 0]));
    assert.deepEqual(encodingProblem, { kind: 'other-encoding', encoding: 'UTF-32' });
  });

  it('takes time in proportion to the length, whatever the bytes', () => {
    const stray = Buffer.alloc(5_000_000, '\uFFFD');
    stray[stray.length - 1] = 0xff;
    const before = process.cpuUsage();
    assert.equal(decodeText(stray).encodingProblem?.kind, 'stray-bytes');
    const { user } = process.cpuUsage(before);
    assert.ok(user < 3_000_000, `${user} µs`);
  });
});
