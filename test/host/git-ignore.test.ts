import assert from 'node:assert/strict';
import ignore from 'ignore';
import { parseGitIgnore } from '../../server/src/host/git-ignore';
import { numbers, timed } from '../support/bounds';

const PARTS = [
  'a',
  'b',
  'ab',
  'A',
  '*',
  '**',
  '?',
  '/',
  '/',
  '[ab]',
  '[a/b]',
  '\\a',
  '\\/',
  '!',
  '#',
  ' ',
  '.',
  'ß',
  'é',
];
const NAMES = ['a', 'b', 'ab', 'AB', 'a.b', '.a', 'xab', 'ß', 'é', '#a', '!a', 'a ', 'x'];
/** Patterns that match none of the names, so that there are enough to be worth an index. */
const FILLING = Array.from({ length: 60 }, (_, index) => `filling-${index}`);

describe('The patterns of a .gitignore', () => {
  it('say what the library says of all of them together', () => {
    const next = numbers(5);
    const some = (parts: readonly string[], most: number) =>
      Array.from({ length: 1 + next(most) }, () => parts[next(parts.length)] ?? '');
    for (let round = 0; round < 1500; round++) {
      const lines = Array.from({ length: 1 + next(6) }, () => some(PARTS, 6).join(''));
      const text = [...FILLING, ...lines].join(next(2) === 0 ? '\n' : '\r\n');
      const [ours, theirs] = [parseGitIgnore(text), ignore().add(text)];
      for (let index = 0; index < 12; index++) {
        const path = some(NAMES, 4).join('/') + (next(2) === 0 ? '/' : '');
        assert.deepEqual(ours.test(path), theirs.test(path), `${JSON.stringify(lines)} ${path}`);
      }
    }
  });

  it('cost ten thousand files next to nothing, ten thousand of them', () => {
    const patterns = Array.from({ length: 10_000 }, (_, index) => {
      const kinds = [
        `name-${index}`,
        `*.ending${index}`,
        `start-${index}*`,
        `/deep/${index}/**/x`,
        `!kept-${index}`,
      ];
      return kinds[index % kinds.length];
    });
    const [ignored, seconds] = timed(() => {
      const rules = parseGitIgnore(patterns.join('\n'));
      let count = 0;
      for (let index = 0; index < 10_000; index++)
        if (rules.test(`sub-${index}/name-${index}`).ignored) count++;
      return count;
    });
    assert.equal(ignored, 2000);
    assert.ok(seconds < 5, `${seconds} s`);
  });
});
