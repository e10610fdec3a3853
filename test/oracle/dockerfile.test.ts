// Dockerfiles as BuildKit's own parser reads them: what the model says of a file is what that parser says.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askBuildkit, missingBuildkitOracle } from '../../scripts/machine/buildkit-oracle';
import { root } from '../../scripts/machine/folders';
import { expand, expandWord, withoutQuotes } from '../../server/src/core/dockerfile/variables';
import { type BuildkitFile, differencesFromBuildkit } from '../support/as-buildkit';
import { skipFor } from '../support/engine';
import { generatedDockerfile, generatedWord } from '../support/generated-dockerfiles';
import { loadGrammar } from '../support/grammar';

/** Another one generates other files and words. */
const SEED = Number(process.env.PLIMSOLL_SEED ?? 1);
const FILES = Number(process.env.PLIMSOLL_FILES ?? 3000);
const WORDS = Number(process.env.PLIMSOLL_WORDS ?? 3000);

describe('Dockerfiles beside BuildKit’s own parser', () => {
  before(async function () {
    this.timeout(300_000);
    skipFor(this, await missingBuildkitOracle());
    await loadGrammar();
  });

  it(`are read alike: ${FILES} generated ones`, async function () {
    this.timeout(120_000);
    await compare(numbers(FILES).map(index => generatedDockerfile(SEED, index)));
  });

  it('are read alike: all of the examples, the corpus and what the pages of rules show', async function () {
    this.timeout(120_000);
    await compare([
      ...dockerfilesBelow('examples'),
      ...dockerfilesBelow('test/corpus'),
      ...shownDockerfiles(),
    ]);
  });

  it(`have their variables put in alike: ${WORDS} generated words`, async () => {
    const words = numbers(WORDS).map(index => generatedWord(SEED, index));
    const answers = await askBuildkit<{ result?: string; error?: string }>(words);
    const different = words.flatMap(({ word, env, escape: escapeChar }, index) => {
      const variables = {
        get: (name: string) => env[name] ?? '',
        has: (name: string) => Object.hasOwn(env, name),
      };
      const ours = expandWord({ raw: word }, variables, escapeChar);
      const theirs = answers[index];
      return ours === theirs?.result ? [] : [{ word, env, escapeChar, ours, theirs }];
    });
    assert.deepEqual(different.slice(0, 10), []);
  });

  it('keep the value of a word when its quotes are taken away', async () => {
    const words = numbers(WORDS).map(index => generatedWord(SEED, index));
    const different = words.flatMap(({ word, env, escape: escapeChar }) => {
      const variables = {
        get: (name: string) => env[name] ?? '',
        has: (name: string) => Object.hasOwn(env, name),
      };
      const value = expandWord({ raw: word }, variables, escapeChar);
      // Backslashes and backticks mean something else once quotes are gone.
      if (value === undefined || /[\\`]/.test(word)) return [];
      const text = withoutQuotes(word, escapeChar);
      const ours = expand(text, variables);
      return ours === value ? [] : [{ word, env, text, ours, value }];
    });
    assert.deepEqual(different.slice(0, 10), []);
  });
});

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

async function compare(texts: readonly string[]): Promise<void> {
  const answers = await askBuildkit<BuildkitFile>(texts.map(text => ({ text })));
  const different = texts.flatMap((text, index) => {
    const found = differencesFromBuildkit(text, answers[index] ?? { error: 'no answer' });
    return found.length === 0 ? [] : [{ text, found }];
  });
  assert.deepEqual(different.slice(0, 10), [], `${different.length} of ${texts.length} are read otherwise`);
}

function dockerfilesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /^dockerfile(\..*)?$|\.dockerfile$/i.test(entry.name))
    .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

/** The fences of the pages beside rules and conversions, without the marks around what is reported. */
function shownDockerfiles(): string[] {
  const core = join(root, 'server/src/core');
  return ['rules', 'conversions'].flatMap(folder =>
    readdirSync(join(core, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.md'))
      .flatMap(name => [...readFileSync(join(core, folder, name), 'utf8').matchAll(FENCE)])
      .map(([, text = '']) => text.replaceAll(/[«»]/g, '')),
  );
}

const FENCE = /^```(?:dockerfile\b[^\n]*|fixed)\n([\s\S]*?)^```$/gm;
