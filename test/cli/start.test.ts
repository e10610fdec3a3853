// What a command takes of the processor, beside Node alone: the ratio holds on every machine, whatever else it does.
import assert from 'node:assert/strict';
import { dockerfileOf } from '../bench/dockerfiles';
import { makeFolder, removeFolders } from '../support/folders';
import { program } from '../support/plimsoll';
import { processorTime } from '../support/processor-time';

const LINES = 300;
/** Quiet machines show about 5; with the bash grammar compiled a second time in the background it is 16 and more. */
const MOST = 9;
const ROUNDS = 5;

describe('plimsoll check of an ordinary file', function () {
  this.timeout(120_000);

  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  afterEach(removeFolders);

  it(`takes at most ${MOST} times what the start of Node takes of the processor`, () => {
    const folder = makeFolder({ Dockerfile: dockerfileOf(LINES) });
    const least = (args: readonly string[]) =>
      Math.min(...Array.from({ length: ROUNDS }, () => processorTime(folder, args)));
    const ratio = least([program, 'check', '--fail-on', 'error', 'Dockerfile']) / least(['-e', '']);
    assert.ok(ratio <= MOST, `it takes ${ratio.toFixed(1)} times as much`);
  });
});
