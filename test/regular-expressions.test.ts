// No file may hang the program: regular expressions take time by the length of a text, and never by its square or worse.
import assert from 'node:assert/strict';
import { type Expression, expressionsOfSources, growthOf } from './support/regular-expressions';

const OF_DATA = 'the expressions of the data file beside it, which are checked themselves';

/** Calls of `RegExp` whose parts are not all escaped, with why they are safe. */
const MADE_OF_OTHER_PARTS: Readonly<Record<string, string>> = {
  'server/src/core/knowledge/caches.ts': OF_DATA,
  'server/src/core/knowledge/model-weights.ts': OF_DATA,
  'server/src/core/knowledge/secret-files.ts': OF_DATA,
  'server/src/core/knowledge/token-forms.ts': OF_DATA,
  'server/src/core/slim-base/slim-python.ts':
    'alternatives between ^ and $: one written here, the others escaped names',
  'server/src/core/text/glob.ts': 'a class of characters, tried on one character',
  'server/src/host/workspace-texts.ts': 'the alternatives are expressions that are checked themselves',
};

describe('regular expressions', () => {
  const { written, made } = expressionsOfSources();

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

  it('take time by the length of the text alone', async function () {
    this.timeout(15 * 60_000);
    const all = [...written, ...made.flatMap(({ sample }) => sample ?? [])];
    const different = new Map(all.map(it => [`/${it.source}/${it.flags}${it.isRepeated}`, it]));
    assert.deepEqual(await tooSlow([...different.values()]), []);
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

/** Two at a time: the tool is a program of its own, which takes a question on each thread. */
async function tooSlow(expressions: readonly Expression[]): Promise<string[]> {
  const found: string[] = [];
  const waiting = [...expressions];
  const worker = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const growth = await growthOf(next);
      if (growth !== undefined) found.push(`${next.at}: /${next.source}/${next.flags} ${growth}`);
    }
  };
  await Promise.all([worker(), worker()]);
  return found;
}
