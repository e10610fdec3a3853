// What a slip makes of a file is fixed once and for all, or left alone: seeded mutations of the cases of all rules.
import assert from 'node:assert/strict';
import { fixAll } from '../../server/src/core/fix-all';
import { conversions, parseFile } from '../../server/src/core/lint';
import { languageOf } from '../../server/src/core/project/language';
import { rules } from '../../server/src/core/rules/catalog';
import { isOneIn, numberOf } from '../support/by-name';
import { type Case, casesOf } from '../support/case-files';
import { contextFor } from '../support/facts';
import { loadGrammar } from '../support/grammar';
import { everyRule, lostComments } from '../support/rewritten';
import { firstMutants } from './mutations';

const SEED = 9;
/** Of all cases, one in so many, with so many mutants each: the hours of `npm run fuzz` try all. */
const ONE_IN = 3;
const MUTANTS = 2;
/** No more is tried behind this, so that a slow machine fails for what is wrong and not for being slow. */
const MOST_SECONDS = 60;

/** Each case with a name of its own, which says whether it is tried, and as which mutants. */
const cases = rules.flatMap(rule =>
  casesOf(rule).map(one => ({
    name: `${rule.meta.id}, ${one.title}`,
    one,
  })),
);

describe('mutated files', () => {
  before(loadGrammar);

  it('are the same for the same seed', () => {
    assert.deepEqual(firstMutants('FROM a\nRUN b\n', SEED, 50), firstMutants('FROM a\nRUN b\n', SEED, 50));
    assert.equal(new Set(firstMutants('FROM a\nRUN b && c\n', SEED, 50)).size > 30, true);
  });

  it('are read, fixed once, and converted without an exception, and keep their comments', () => {
    const others = cases.map(({ one }) => one.text).filter(text => text.length < 2000);
    const until = Date.now() + MOST_SECONDS * 1000;
    let tried = 0;
    for (const { name, one } of cases) {
      if (!isOneIn(ONE_IN, name)) continue;
      for (const text of firstMutants(one.text, numberOf(name), MUTANTS, others)) {
        if (Date.now() > until) break;
        tried++;
        assert.deepEqual(faults(one, text), [], `${name}: ${JSON.stringify(text)}`);
      }
    }
    assert.ok(tried > 20, `${tried} were tried`);
  }).timeout(MOST_SECONDS * 2000);
});

function faults(one: Case, text: string): string[] {
  const files = { ...one.files, [one.path]: text };
  const once = fixed(one, files);
  const found = lostComments(files, once);
  if (fixed(one, once)[one.path] !== once[one.path]) found.push('a second fix changes more');
  if ((once[one.path]?.length ?? 0) > 2 * text.length + 4000) found.push('the file grows without end');
  const file = parseFile(languageOf(one.path) ?? 'dockerfile', one.path, text);
  for (const { offers } of conversions(file, contextFor(one.path, files, one.images)))
    for (const offer of offers) offer.changes();
  return found;
}

function fixed(one: Case, files: Readonly<Record<string, string>>): Record<string, string> {
  const file = parseFile(languageOf(one.path) ?? 'dockerfile', one.path, files[one.path] ?? '');
  const context = contextFor(one.path, files, one.images);
  const { text, newFiles, elsewhere } = fixAll(file, context, everyRule, ['safe', 'unsafe']);
  const made = newFiles.map(it => [it.path, it.text] as const);
  return { ...files, ...Object.fromEntries([...elsewhere, ...made]), [one.path]: text };
}
