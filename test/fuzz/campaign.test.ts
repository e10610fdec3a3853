// Damaged files by the thousand: no exception, nothing slow, no growth, no lost comment, and a second fix finds nothing to
// do. `npm run fuzz` goes on for longer, with others in every run.
import assert from 'node:assert/strict';
import { type Fault, runCampaign } from './run';

const MINUTES = 3;
const SEED = 1;
/** Even a busy machine comes so far; fewer say that something hangs. */
const FEWEST_INPUTS = 3_000;

describe('damaged files', () => {
  it('are dealt with, whatever stands in them', async () => {
    const faults: Fault[] = [];
    const inputs = await runCampaign({
      seed: SEED,
      minutes: MINUTES,
      processes: 2,
      onFault: it => faults.push(it),
    });
    assert.deepEqual(faults, []);
    assert.ok(inputs >= FEWEST_INPUTS, `${inputs} inputs of seed ${SEED}`);
  }).timeout((MINUTES + 2) * 60_000);
});
