// Prints what speed promises rest on. Absolute times depend on the machine: compare within one run.
//   npm run bench
import { loadGrammar } from '../support/grammar';
import { commands } from './commands';
import { contextWalk } from './context-walk';
import { growth } from './growth';
import { hugeFile } from './huge-file';
import { keystroke } from './keystroke';
import type { Measurement } from './measurement';
import { releases } from './releases';
import { startUp } from './start-up';
import { throughput } from './throughput';

const benchmarks: readonly (() => Promise<readonly Measurement[]>)[] = [
  commands,
  keystroke,
  throughput,
  releases,
  hugeFile,
  growth,
  startUp,
  contextWalk,
];

async function main(): Promise<void> {
  await loadGrammar();
  for (const benchmark of benchmarks) {
    for (const { title, figure, limit } of await benchmark()) {
      const verdict = limit === undefined ? '' : `  (${limit.holds ? 'holds' : 'BROKEN'}: ${limit.text})`;
      console.log(`${title.padEnd(62)} ${figure.padStart(14)}${verdict}`);
      if (limit && !limit.holds) process.exitCode = 1;
    }
  }
  process.exit();
}

void main();
