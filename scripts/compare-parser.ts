import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type BuildkitFile, differencesFromBuildkit } from '../test/support/as-buildkit';
import { loadGrammar } from '../test/support/grammar';
import { askBuildkit, missingBuildkitOracle } from './machine/buildkit-oracle';

/** `npm run compare-parser -- DIR…`: reads every Dockerfile below some folders, and says where BuildKit differs. */
async function main(folders: readonly string[]): Promise<void> {
  if (folders.length === 0) throw new Error('Name the folders whose Dockerfiles are to be compared');
  const missing = await missingBuildkitOracle();
  if (missing !== undefined) throw new Error(missing);
  await loadGrammar();
  const files = folders.flatMap(folder => dockerfilesBelow(folder).map(path => ({ folder, path })));
  const read = files.flatMap(({ folder, path }) => {
    const text = readFileSync(path, 'utf8');
    // What is no UTF-8 is not read here.
    return text.includes('\ufffd') ? [] : [{ name: join(folder, relative(folder, path)), text }];
  });
  const answers = await askBuildkit<BuildkitFile>(read.map(({ text }) => ({ text })));
  let different = 0;
  let instructions = 0;
  for (const [index, { name, text }] of read.entries()) {
    const answer = answers[index];
    if (!answer) throw new Error(`There is no answer for ${name}`);
    instructions += answer.instructions?.length ?? 0;
    const found = differencesFromBuildkit(text, answer);
    if (found.length > 0) different++;
    for (const difference of found) console.log(`${name}: ${difference}`);
  }
  console.log(`${read.length} files, ${instructions} instructions, ${different} files read otherwise`);
  process.exitCode = different > 0 ? 1 : 0;
}

const NAME = /^(dockerfile|containerfile)([._-].*)?$|[._-](dockerfile|containerfile)$/i;

function dockerfilesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && NAME.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name));
}

main(process.argv.slice(2)).catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
