// Proves case studies and the shapes of the corpus with the real engine and writes their tables into docs/proof.md.
//   npm run prove                   the case studies
//   npm run prove -- calidda        one of them, or one shape (which writes nothing)
//   npm run prove -- --shapes       the corpus
//   npm run prove -- --all          the corpus and the case studies
// On the engine of today, with images in containerd: npm run with-engine -- containerd npm run prove -- --shapes
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { visibleLines } from '../server/src/core/text/visible';
import { type Proof, prove } from '../server/src/prove/proof';
import { ProofSession } from '../server/src/prove/session';
import { Stopped, untilStopped } from '../server/src/prove/stopping';
import { failures } from '../server/src/prove/summary';
import { loadBases } from '../test/support/base-recipes';
import { loadBaseImages } from '../test/support/stand-ins';
import { type ProofCase, proofCases } from './prove/cases';
import { proofSection, shortfalls } from './prove/report';
import { changeOf, type Shape, shapes } from './prove/shapes';
import { type ProvenShape, shapeFailures, shapesSection } from './prove/shapes-report';

const root = join(__dirname, '..');
const page = join(root, 'docs/proof.md');

const INTRODUCTION = `# Proof

What the conversions gain on the case studies, measured with real builds and real containers by \`npm run prove\`,
next to what the teams measured themselves. Times depend on the machine and the network; the ratios matter.
`;

/** Aborted when the command is stopped. */
const stopped = new AbortController();

async function main(names: readonly string[]): Promise<void> {
  await loadBaseImages();
  if (names.includes('--shapes') || names.includes('--all')) {
    const proven: ProvenShape[] = [];
    for (const [name, shape] of Object.entries(shapes)) {
      proven.push(await proveShape(name, shape));
      // Half an hour of builds is not lost where the last of them is cancelled.
      writePage('shapes', shapesSection(proven));
    }
    console.log(shapesSection(proven));
  }
  for (const name of namedProofs(names)) await proveNamed(name);
}

function namedProofs(names: readonly string[]): string[] {
  if (names.length === 0 || names.includes('--all')) return Object.keys(proofCases);
  return names.filter(name => name !== '--shapes');
}

async function proveNamed(name: string): Promise<void> {
  const proofCase = proofCases[name];
  const shape = shapes[name];
  if (proofCase) await proveCase(name, proofCase);
  else if (shape) console.log(shapesSection([await proveShape(name, shape)]));
  else
    throw new Error(`there is no proof of ${name}: ${Object.keys({ ...proofCases, ...shapes }).join(', ')}`);
}

async function proveCase(name: string, proofCase: ProofCase): Promise<void> {
  const { prepare, bases = [], ...rest } = proofCase;
  await loadBases(bases);
  const proof = await withFolder(name, proofCase, folder => {
    const project = { ...rest, ...(prepare ? { prepare: prepare.change } : {}), folder };
    return prove(project, say, stopped.signal);
  });
  const section = proofSection(name, proofCase, proof);
  console.log(section);
  writePage(name, section);
  sayInFull(proof);
  fail(shortfalls(proofCase, proof));
}

/** Runs on the example itself, or on a copy with what is in its place, which is removed afterwards. */
async function withFolder<T>(
  name: string,
  { written }: ProofCase,
  run: (folder: string) => Promise<T>,
): Promise<T> {
  if (!written) return run(join(root, 'examples', name));
  const session = await ProofSession.begin();
  const folder = join(session.folder, 'case');
  try {
    for (const part of [`examples/${written.example}`, written.files])
      await cp(join(root, part), folder, { recursive: true });
    return await run(folder);
  } finally {
    for (const left of await session.end()) say(left);
  }
}

const NOTHING = { units: [], written: [], standIn: false };

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function proveShape(name: string, shape: Shape): Promise<ProvenShape> {
  await loadBases(shape.bases);
  const project = {
    folder: join(root, 'test/corpus', name),
    change: changeOf(shape),
    figures: 'sizes',
  } as const;
  const proven = await prove(project, message => say(`${name}: ${message}`), stopped.signal).then(
    proof => ({ name, shape, proof }),
    error => ({ name, shape, proof: NOTHING, because: sentenceOf(error) }),
  );
  stopped.signal.throwIfAborted();
  sayInFull(proven.proof);
  fail(shapeFailures(proven));
  return proven;
}

/** The page has a sentence for each failure; whoever sits in front of the command needs what the builder said. */
function sayInFull(proof: Proof): void {
  for (const { name, state, because } of failures(proof)) say(`${name}, ${state}: ${because}`);
}

/** The command says what is wrong, goes on, and does not end well. */
function fail(sentences: readonly string[]): void {
  for (const sentence of sentences) {
    say(sentence);
    process.exitCode = 1;
  }
}

/** Puts the section in the place of an older one of the same name. */
function writePage(name: string, section: string): void {
  const before = existsSync(page) ? readFileSync(page, 'utf8') : INTRODUCTION;
  const parts = before.split(/^(?=## )/m).map(part => part.trimEnd());
  const index = parts.findIndex(part => part.startsWith(`## ${name}:`));
  if (index === -1) parts.push(section);
  else parts[index] = section;
  writeFileSync(page, `${parts.join('\n\n')}\n`);
}

/** What services and containers say reaches the terminal as text. */
function say(message: string): void {
  console.error(visibleLines(message));
}

function whenUnread(stop: () => void): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', stop);
}

untilStopped(signal => {
  signal.addEventListener('abort', () => stopped.abort(signal.reason));
  return main(process.argv.slice(2));
}, whenUnread).catch(error => {
  say(sentenceOf(error));
  process.exitCode = error instanceof Stopped ? error.exitCode : 2;
});
