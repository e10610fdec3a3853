import assert from 'node:assert/strict';
import { parseDockerignore } from '../../server/src/core/project/dockerignore';
import { matcherOfWildcards } from '../../server/src/core/project/ignore-wildcards';
import { numbers, timed } from '../support/bounds';
import { IGNORE_CASES, TREE } from './ignore-table';

describe('The patterns of an ignore file', () => {
  for (const { title, text, out } of IGNORE_CASES) {
    it(title, () => {
      const ignore = parseDockerignore(text);
      assert.deepEqual(
        TREE.filter(path => ignore.ignores(path)),
        TREE.filter(path => out.includes(path)),
      );
    });
  }

  it('names the lines that the engine refuses', () => {
    const { problems } = parseDockerignore('data\n!\n[a\n[]\n[z-a]\nend\\\n\\d\nok\n');
    assert.deepEqual(
      problems.map(problem => problem.line),
      [1, 2, 3, 4, 5, 6],
    );
  });

  it('counts a character beyond U+FFFF as one', () => {
    const ignore = parseDockerignore('?.txt');
    assert.equal(ignore.ignores('🐳.txt'), true);
    assert.equal(ignore.ignores('ab.txt'), false);
  });

  it('takes a ! that cleaning uncovers for a negation', () => {
    assert.equal(parseDockerignore('*.md\n/!README.md').ignores('README.md'), false);
  });

  it('knows where a negated pattern cannot reach', () => {
    const ignore = parseDockerignore('*\n!src/*/keep\n!docs');
    assert.equal(ignore.mayReachBelow('node_modules'), false);
    assert.equal(ignore.mayReachBelow('src'), true);
    assert.equal(ignore.mayReachBelow('src/a'), true);
    assert.equal(ignore.mayReachBelow('src/a/b'), false);
    assert.equal(ignore.mayReachBelow('docs'), false);
    assert.equal(parseDockerignore('*\n!**/keep').mayReachBelow('node_modules/a'), true);
    assert.equal(parseDockerignore('node_modules').mayReachBelow('node_modules'), false);
  });

  it('takes ten thousand patterns for ten thousand files in no time', () => {
    const patterns = Array.from({ length: 10_000 }, (_, index) => {
      const kinds = [
        `folder-${index}`,
        `**/name-${index}`,
        `*.ending${index}`,
        `start-${index}*`,
        `**/deep-${index}/*.txt`,
        `!in/${index}/keep`,
      ];
      return kinds[index % kinds.length];
    });
    const paths = Array.from({ length: 10_000 }, (_, index) => `sub-${index % 100}/${index}/name-${index}`);
    const [ignored, seconds] = timed(() => {
      const ignore = parseDockerignore(patterns.join('\n'));
      return paths.filter(path => ignore.ignores(path) && !ignore.mayReachBelow(path));
    });
    assert.equal(ignored.length, 1667);
    assert.ok(seconds < 5, `${seconds} s`);
  });

  it('bounds what alternating patterns cost in time and memory', () => {
    const ignore = parseDockerignore('*\n!*\n'.repeat(20_000));
    assert.equal(ignore.isCut, true);
    const [, seconds] = timed(() => {
      for (let index = 0; index < 1000; index++) ignore.ignores(`${index}/file`);
    });
    assert.ok(seconds < 5, `${seconds} s`);
  });

  it('matches many stars in time of the length alone', () => {
    const ignore = parseDockerignore(`${'*a'.repeat(30)}*b\n${'**/a'.repeat(30)}/**/b`);
    const [ignored, seconds] = timed(() => ignore.ignores(`${'a'.repeat(200)}/${'a/'.repeat(100)}c`));
    assert.equal(ignored, false);
    assert.ok(seconds < 5, `${seconds} s`);
  });

  it('does not look at lines that no path is as long as', () => {
    assert.equal(parseDockerignore(`kept\n${'x'.repeat(10_000_000)}`).isCut, true);
    assert.equal(parseDockerignore('kept\n**/*.{a,b}').isCut, false);
  });
});

describe('The matcher for several wildcards', () => {
  const alphabet = ['a', 'b', '/', '*', '**', '**/', '?', '.', '\\.', '🐳'];

  it('matches what the regular expression of the engine matches', () => {
    const next = numbers(11);
    for (let round = 0; round < 3000; round++) {
      const pattern = Array.from({ length: 1 + next(7) }, () => alphabet[next(alphabet.length)]).join('');
      const expression = new RegExp(`^${engineExpression(pattern)}$`, 'su');
      const matches = matcherOfWildcards(pattern);
      for (let index = 0; index < 20; index++) {
        const path = Array.from({ length: 1 + next(6) }, () => ['a', 'b', '/', '.', '🐳'][next(5)]).join('');
        assert.equal(matches(path), expression.test(path), `${pattern} ${path}`);
      }
    }
  });
});

/** As moby's patternmatcher writes it, for patterns of this alphabet. */
function engineExpression(pattern: string): string {
  return pattern.replace(/\*\*\/?|\*|\?|\\.|\./g, (token, at: number) => {
    if (token.startsWith('**')) return at + token.length === pattern.length ? '.*' : '(.*/)?';
    return { '*': '[^/]*', '?': '[^/]', '.': '\\.' }[token] ?? token;
  });
}
