// Writes what follows from the rules, the conversions and ids.ts: catalogs, pages, the README's table, the
// manifest, and from the imports the picture of the layers.
//   node --import tsx scripts/generate.ts            writes
//   node --import tsx scripts/generate.ts --check    names what is not current, and fails
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { architecturePage } from './generate/architecture';
import { catalogs, loadDefinitions } from './generate/catalogs';
import { manifest } from './generate/manifest';
import { pages } from './generate/pages';
import { readmeTables } from './generate/readme';

/** A generated file: its path from the root of the repository, and what it must hold. */
export interface Artifact {
  readonly path: string;
  readonly text: string;
}

const root = join(__dirname, '..');

async function artifacts(): Promise<Artifact[]> {
  const definitions = await loadDefinitions(root);
  return [
    ...catalogs(definitions),
    ...pages(definitions),
    ...readmeTables(root, definitions),
    ...manifest(root, definitions),
    ...architecturePage(root),
  ];
}

async function main(): Promise<void> {
  const outdated = (await artifacts()).filter(({ path, text }) => {
    const file = join(root, path);
    return !existsSync(file) || readFileSync(file, 'utf8') !== text;
  });
  if (process.argv.includes('--check')) {
    for (const { path } of outdated) console.error(`${path} is not current: run npm run generate`);
    process.exitCode = outdated.length > 0 ? 1 : 0;
    return;
  }
  for (const { path, text } of outdated) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.error(`wrote ${path}`);
  }
}

void main();
