// No file may hang the program: regular expressions take time by the length of a text, and never by its square or worse.
import assert from 'node:assert/strict';
import { type Expression, nameOf } from './support/expression-growth';
import { asked, remembered, stale, tooSlow, unproven } from './support/linear-expressions';
import { expressionsOfSources } from './support/regular-expressions';

const OF_DATA = 'the expressions of the data file beside it, which are checked themselves';

/** Calls of `RegExp` whose parts are not all escaped, with why they are safe. */
const MADE_OF_OTHER_PARTS: Readonly<Record<string, string>> = {
  'server/src/core/knowledge/caches.ts': OF_DATA,
  'server/src/core/knowledge/model-weights.ts': OF_DATA,
  'server/src/core/knowledge/secret-files.ts': OF_DATA,
  'server/src/core/knowledge/token-forms.ts': OF_DATA,
  'server/src/core/rules/dockerfile/full-base-image/slim-python.ts':
    'alternatives between ^ and $: one written here, the others escaped names',
  'server/src/core/stages/build-settings.ts':
    'alternatives that are checked themselves, and the name of a variable without other characters',
  'server/src/core/stages/project-clutter.ts': 'the alternatives are expressions that are checked themselves',
  'server/src/core/text/glob.ts': 'a class of characters, tried on one character',
  'server/src/host/workspace-texts.ts': 'the alternatives are expressions that are checked themselves',
};

describe('regular expressions', () => {
  const { written, made, different } = expressionsOfSources();
  const questions = asked(different);

  it('are found in the sources', () => {
    assert.ok(written.length > 800, `${written.length} expressions`);
  });

  it('are found in data files', () => {
    const ofData = written.filter(({ at }) => at.endsWith('.json'));
    assert.ok(ofData.some(({ source }) => source.includes('github_pat_')));
    assert.equal(new Set(ofData.map(({ at }) => at)).size, 4);
  });

  it('hold parts of a text only where these stand for themselves', () => {
    const others = made.filter(({ sample }) => !sample).map(({ file }) => file);
    assert.deepEqual([...new Set(others)].sort(), Object.keys(MADE_OF_OTHER_PARTS).sort());
  });

  it('take time by the length of the text alone: what is not remembered is proven now', async function () {
    this.timeout(15 * 60_000);
    assert.deepEqual(await tooSlow(unproven(questions, remembered())), []);
  });

  it('are remembered no longer than they are there: `npm run prove-expressions` brings what is remembered up to date', () => {
    assert.deepEqual(stale(questions, remembered()), []);
  });

  it('are proven anew where one of them changes, or what proves them', () => {
    const [one] = questions;
    assert.ok(one);
    const known = remembered();
    assert.deepEqual(unproven([one], known), []);
    for (const other of [
      { ...one, source: `${one.source}x*` },
      { ...one, flags: `${one.flags}m` },
      { ...one, isRepeated: !one.isRepeated },
    ]) {
      assert.deepEqual(unproven([other], known), [other]);
      assert.deepEqual(stale([other], { ...known, linear: [nameOf(one)] }), [nameOf(one)]);
    }
    const older = { ...known, checker: 'recheck 4.4.0' };
    assert.deepEqual(unproven([one], older), [one]);
    assert.equal(stale([one], older).length, 1);
  });

  it('would be found out if they took longer', async function () {
    this.timeout(60_000);
    const slow: Expression[] = [
      { at: 'a loop of loops', source: '^(a+)+$', flags: '', isRepeated: false },
      { at: 'blanks at an end', source: '\\s+$', flags: '', isRepeated: false },
      { at: 'a comma in blanks', source: '\\s*,\\s*', flags: '', isRepeated: true },
      { at: 'what only all matches show', source: 'a(?:[^c]*c)?', flags: '', isRepeated: true },
    ];
    assert.deepEqual((await tooSlow(slow)).map(it => it.split(': ')[0]).sort(), slow.map(it => it.at).sort());
  });
});
