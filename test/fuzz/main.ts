// `npm run fuzz`: damaged files by the thousand, until the time is over; ends with 1 where anything was wrong.
//   -- --minutes 60 --processes 2 --seed 7      as long, as many and as chosen as you like
//   -- --seed 7 --only 1234                     the one input again, shown with what is wrong with it
import { parseArgs } from 'node:util';
import { loadGrammar } from '../support/grammar';
import { examine } from './examine';
import { Inputs } from './inputs';
import { runCampaign } from './run';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    processes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
  },
});

async function main(): Promise<void> {
  const seed = Number(values.seed);
  if (values.only !== undefined) await showOne(seed, Number(values.only));
  else await runAll(seed);
}

async function runAll(seed: number): Promise<void> {
  let faults = 0;
  const inputs = await runCampaign({
    seed,
    minutes: Number(values.minutes),
    processes: Number(values.processes),
    onFault: ({ number, fault }) => {
      faults++;
      console.log(`--seed ${seed} --only ${number}: ${fault}`);
    },
  });
  console.log(`${inputs} inputs of seed ${seed}, ${faults} faults`);
  process.exitCode = faults > 0 ? 1 : 0;
}

async function showOne(seed: number, number: number): Promise<void> {
  await loadGrammar();
  const input = new Inputs(seed).at(number);
  console.log(JSON.stringify(input, undefined, 2));
  const start = performance.now();
  const faults = await examine(input);
  console.log(
    [...faults, `${faults.length} faults in ${Math.round(performance.now() - start)} ms`].join('\n'),
  );
  process.exitCode = faults.length > 0 ? 1 : 0;
}

void main();
