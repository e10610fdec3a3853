// A file is half-typed most of its life: every case of a rule, ended behind each of its words and signs, is linted with all
// rules without an exception, every case of a conversion is converted, and every file of the case studies both.
import assert from 'node:assert/strict';
import { conversions } from '../../server/src/core/conversions/catalog';
import { lint, conversions as offersOf, parseFile } from '../../server/src/core/lint';
import { languageOf } from '../../server/src/core/project/language';
import type { Conversion, SourceFile } from '../../server/src/core/rule';
import { rules } from '../../server/src/core/rules/catalog';
import { applyEdits } from '../../server/src/core/text/edit';
import { casesOf } from '../support/case-files';
import { conversionCases } from '../support/conversion-cases';
import { type CaseFiles, type CaseImage, contextFor } from '../support/facts';
import { loadGrammar } from '../support/grammar';
import { exampleProjects } from '../support/projects';
import { everyRule } from '../support/rewritten';

/**
 * A word with what image names, paths and flags are made of; one sign, or several of the same (`&&`, `<<`); the line ends and
 * the indent before the next line. What is typed inside of a word reads as a shorter word.
 */
const TOKEN = /[\w./:@+-]+|\s*\n\s*|([^\w\s./:@+-])\1*/g;

/** A machine that does much else besides needs no more: milliseconds. */
const MOST_MILLISECONDS = 600_000;

/** Prefixes by all that stands beside them. */
type Tried = Map<string, Set<string>>;

/** What was linted with all rules for one rule need not be for another. */
const linted: Tried = new Map();

describe('every prefix', () => {
  before(loadGrammar);

  for (const rule of rules) {
    it(`of the files of ${rule.meta.id} is linted with all rules`, () => {
      for (const one of casesOf(rule)) checkPrefixes(one, linted, lintAll);
    }).timeout(MOST_MILLISECONDS);
  }

  for (const conversion of conversions) {
    it(`of the files of ${conversion.meta.id} is converted`, () => {
      const tried: Tried = new Map();
      for (const one of conversionCases(conversion))
        checkPrefixes({ ...one, images: [] }, tried, files => convertAll(files, [conversion]));
    }).timeout(MOST_MILLISECONDS);
  }

  it('of the files of the case studies is linted and converted', () => {
    for (const one of exampleFiles()) {
      checkPrefixes(one, new Map(), files => {
        lintAll(files);
        convertAll(files, conversions);
      });
    }
  }).timeout(MOST_MILLISECONDS);

  it('ends behind each word, sign and line', () => {
    assert.deepEqual([...prefixesOf('FROM a:1\n  RUN b &&\\\n "c"')].slice(1), [
      'FROM',
      'FROM a:1',
      'FROM a:1\n  ',
      'FROM a:1\n  RUN',
      'FROM a:1\n  RUN b',
      'FROM a:1\n  RUN b &&',
      'FROM a:1\n  RUN b &&\\',
      'FROM a:1\n  RUN b &&\\\n ',
      'FROM a:1\n  RUN b &&\\\n "',
      'FROM a:1\n  RUN b &&\\\n "c',
      'FROM a:1\n  RUN b &&\\\n "c"',
    ]);
  });
});

function* prefixesOf(text: string): Generator<string> {
  yield '';
  for (const match of text.matchAll(TOKEN)) yield text.slice(0, match.index + match[0].length);
}

/** A file, and all that stands beside it. */
interface Surrounded {
  readonly title: string;
  readonly path: string;
  readonly text: string;
  readonly files: CaseFiles;
  readonly images: readonly CaseImage[];
}

/** Each file of the case studies by itself. */
function exampleFiles(): Surrounded[] {
  return exampleProjects().flatMap(({ title, files }) =>
    Object.entries(files)
      .filter(([path]) => languageOf(path) !== undefined)
      .map(([path, text]) => ({ title, path, text, files: {}, images: [] })),
  );
}

/** @param tried the prefixes that were tried, by all that stands beside them: many cases begin alike */
function checkPrefixes(whole: Surrounded, tried: Tried, check: (prefix: Surrounded) => void): void {
  const { title, path, files, images } = whole;
  const surroundings = JSON.stringify([path, files, images]);
  const known = tried.get(surroundings) ?? new Set();
  tried.set(surroundings, known);
  for (const text of prefixesOf(whole.text)) {
    if (known.has(text)) continue;
    known.add(text);
    try {
      check({ ...whole, text });
    } catch (error) {
      throw new Error(`${title}, ${path}: ${JSON.stringify(text)}`, { cause: error });
    }
  }
}

function lintAll({ path, text, files, images }: Surrounded): void {
  lint(parsedAs(path, text), contextFor(path, { ...files, [path]: text }, images), everyRule);
}

function convertAll({ path, text, files, images }: Surrounded, only: readonly Conversion[]): void {
  const all = { ...files, [path]: text };
  for (const { offers } of offersOf(parsedAs(path, text), contextFor(path, all, images), only)) {
    for (const offer of offers) {
      for (const change of offer.changes())
        if (change.kind === 'edit') applyEdits(all[change.path] ?? '', change.edits);
    }
  }
}

function parsedAs(path: string, text: string): SourceFile {
  return parseFile(languageOf(path) ?? 'dockerfile', path, text);
}
