import assert from 'node:assert/strict';
import { formatBytes } from '../../server/src/core/text/bytes';
import { listed } from '../../server/src/core/text/sentence';

describe('bytes', () => {
  it('are shown in decimal units with at most two digits that matter below ten', () => {
    const shown = [0, 999, 1000, 4096, 9950, 9999, 38_400_000, 999_600_000, 1_400_000_000, 5e15];
    assert.deepEqual(shown.map(formatBytes), [
      '0 B',
      '999 B',
      '1 kB',
      '4.1 kB',
      '10 kB',
      '10 kB',
      '38 MB',
      '1 GB',
      '1.4 GB',
      '5000 TB',
    ]);
  });
});

describe('a list in a sentence', () => {
  it('has commas and one "and"', () => {
    assert.deepEqual(
      [listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])],
      ['', 'a', 'a and b', 'a, b and c'],
    );
  });
});
