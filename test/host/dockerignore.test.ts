import assert from 'node:assert/strict';
import { parseDockerignore } from '../../server/src/core/manifest/dockerignore';
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
});
