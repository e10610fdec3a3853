import assert from 'node:assert/strict';
import { DEFAULT_CONFIG } from '../../server/src/core/config';
import { type Fixed, fixAll } from '../../server/src/core/fix-all';
import { parseFile } from '../../server/src/core/lint';
import { dockerfileRule, type Finding, type Fix, type Rule } from '../../server/src/core/rule';
import { insert } from '../../server/src/core/text/edit';
import { span } from '../../server/src/core/text/span';
import { contextFor } from '../support/facts';
import { loadGrammar } from '../support/grammar';

const DOCKERFILE = 'FROM scratch\n';

/** A rule that wants a line in a file beside the Dockerfile. */
function wantsLine(id: string, path: string, line: string): Rule {
  return dockerfileRule({
    meta: {
      id,
      category: 'style',
      severity: 'info',
      since: '0',
      summary: id,
      why: id,
      fix: 'safe',
    },
    examples: [{ before: DOCKERFILE }],
    *check(_, { workspace }): Iterable<Finding> {
      const text = workspace.texts.get(path);
      if (text?.includes(line)) return;
      const fix: Pick<Fix, 'newFiles'> | Pick<Fix, 'elsewhere'> =
        text === undefined
          ? { newFiles: [{ path, text: `${line}\n` }] }
          : { elsewhere: [{ path, edits: [insert(text.length, `${line}\n`)] }] };
      const fixes = (): Fix[] => [{ title: id, safety: 'safe', edits: [], ...fix }];
      yield { at: span(0, 4), message: 'a line is missing', fixes };
    },
  });
}

function fixedBy(rules: readonly Rule[], files: Readonly<Record<string, string>>): Fixed {
  const all = { Dockerfile: DOCKERFILE, ...files };
  const file = parseFile('dockerfile', 'Dockerfile', DOCKERFILE);
  return fixAll(file, contextFor('Dockerfile', all), { config: DEFAULT_CONFIG, rules }, ['safe']);
}

describe('fixes of other files', () => {
  before(loadGrammar);

  it('change the text that the facts hold', () => {
    const { text, elsewhere, newFiles } = fixedBy([wantsLine('a', 'notes', 'one')], { notes: 'zero\n' });
    assert.equal(text, DOCKERFILE);
    assert.deepEqual([...elsewhere], [['notes', 'zero\none\n']]);
    assert.deepEqual(newFiles, []);
  });

  it('wait for each other where they touch the same place', () => {
    const rules = [wantsLine('a', 'notes', 'one'), wantsLine('b', 'notes', 'two')];
    assert.equal(fixedBy(rules, { notes: '' }).elsewhere.get('notes'), 'one\ntwo\n');
  });

  it('go on in a file that another fix has made', () => {
    const rules = [wantsLine('a', 'notes', 'one'), wantsLine('b', 'notes', 'two')];
    const { newFiles, applied } = fixedBy(rules, {});
    assert.deepEqual(newFiles, [{ path: 'notes', text: 'one\ntwo\n' }]);
    assert.equal(applied, 2);
  });
});

describe('fixes of one instruction', () => {
  before(loadGrammar);

  it('see what the one of another rule has done: nothing empties a cache mount that has just been added', () => {
    const text = 'FROM node:22\nCOPY package.json ./\nRUN npm install\n';
    const file = parseFile('dockerfile', 'Dockerfile', text);
    const context = contextFor('Dockerfile', { Dockerfile: text, 'package.json': '{}' });
    const config = { rules: {}, only: ['no-cache-mount', 'npm-cache-left'] };
    const fixed = fixAll(file, context, { config }, ['safe', 'unsafe']);
    assert.match(fixed.text, /type=cache/);
    assert.doesNotMatch(fixed.text, /cache clean/);
  });
});
