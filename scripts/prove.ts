// Proves case studies with the real engine and writes their tables into docs/proof.md.
//   npm run prove -- calidda
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prove } from '../server/src/prove/proof';
import { loadBaseImages } from '../test/support/stand-ins';
import { proofCases } from './prove/cases';
import { proofSection, shortfalls } from './prove/report';

const root = join(__dirname, '..');
const page = join(root, 'docs/proof.md');

const INTRODUCTION = `# Proof

What the conversions gain on the case studies, measured with real builds and real containers by \`npm run prove\`,
beside what the teams measured themselves. Times depend on the machine and the network; the ratios are what counts.
`;

async function main(names: readonly string[]): Promise<void> {
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort());
  await loadBaseImages();
  for (const name of names.length > 0 ? names : Object.keys(proofCases)) {
    const proofCase = proofCases[name];
    if (!proofCase) throw new Error(`there is no proof of ${name}: ${Object.keys(proofCases).join(', ')}`);
    const { prepare, ...rest } = proofCase;
    const project = {
      ...rest,
      ...(prepare ? { prepare: prepare.change } : {}),
      folder: join(root, 'examples', name),
    };
    const proof = await prove(project, message => console.error(message), stopped.signal);
    const section = proofSection(name, proofCase, proof);
    console.log(section);
    writePage(name, section);
    for (const shortfall of shortfalls(proofCase, proof)) {
      console.error(shortfall);
      process.exitCode = 1;
    }
  }
}

/** Puts the section in the place of an older one of the same case. */
function writePage(name: string, section: string): void {
  const before = existsSync(page) ? readFileSync(page, 'utf8') : INTRODUCTION;
  const parts = before.split(/^(?=## )/m).map(part => part.trimEnd());
  const index = parts.findIndex(part => part.startsWith(`## ${name}:`));
  if (index === -1) parts.push(section);
  else parts[index] = section;
  writeFileSync(page, `${parts.join('\n\n')}\n`);
}

main(process.argv.slice(2)).catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
