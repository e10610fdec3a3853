// A file is half-typed most of its life: every case and every example file, ended behind each of its words and signs, is
// parsed, linted with all rules and converted without an exception.
import assert from 'node:assert/strict';
import { conversions, lint, parseFile } from '../../server/src/core/lint';
import { languageOf } from '../../server/src/core/project/language';
import { applyEdits } from '../../server/src/core/text/edit';
import { contextFor } from '../support/facts';
import { loadGrammar } from '../support/grammar';
import { byOrigin, type CheckedProject, caseProjects, exampleProjects } from '../support/projects';
import { everyRule } from '../support/rewritten';

/**
 * A word with what image names, paths and flags are made of; one sign, or several of the same (`&&`, `<<`); the line ends and
 * the indent before the next line. What is typed inside of a word reads as a shorter word.
 */
const TOKEN = /[\w./:@+-]+|\s*\n\s*|([^\w\s./:@+-])\1*/g;

/** The prefixes that were tried, by all that stands beside them: many cases begin alike. */
const tried = new Map<string, Set<string>>();

describe('every prefix', () => {
  before(loadGrammar);

  for (const [origin, projects] of byOrigin([...caseProjects(), ...exampleFiles()])) {
    it(`of the files of ${origin} parses, lints and converts`, () => {
      for (const project of projects) checkPrefixes(project);
    }).timeout(120_000);
  }

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

/** Each file of the case studies by itself. */
function exampleFiles(): CheckedProject[] {
  return exampleProjects().flatMap(({ files, ...project }) =>
    Object.entries(files)
      .filter(([path]) => languageOf(path) !== undefined)
      .map(([path, text]) => ({ ...project, path, files: { [path]: text } })),
  );
}

function checkPrefixes(project: CheckedProject): void {
  const { path, files } = project;
  const others = Object.entries(files).filter(([other]) => other !== path);
  const surroundings = JSON.stringify([path, others, project.images]);
  const known = tried.get(surroundings) ?? new Set();
  tried.set(surroundings, known);
  for (const text of prefixesOf(files[path] ?? '')) {
    if (known.has(text)) continue;
    known.add(text);
    try {
      check({ ...project, files: { ...files, [path]: text } }, text);
    } catch (error) {
      throw new Error(`${project.title}, ${path}: ${JSON.stringify(text)}`, { cause: error });
    }
  }
}

function check({ files, path, images }: CheckedProject, text: string): void {
  const file = parseFile(languageOf(path) ?? 'dockerfile', path, text);
  const context = contextFor(path, files, images);
  lint(file, context, everyRule);
  for (const { offers } of conversions(file, context)) {
    for (const offer of offers) {
      for (const change of offer.changes())
        if (change.kind === 'edit') applyEdits(files[change.path] ?? '', change.edits);
    }
  }
}
