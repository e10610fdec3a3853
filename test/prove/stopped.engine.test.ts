// A proof that ends before its end leaves nothing, or what the next one removes. Linux: it is seen in /proc.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { docker, requireEngine } from '../support/engine';
import { makeFolder, removeFolders } from '../support/folders';
import { ProofProcess, runs, until } from '../support/proof-process';
import { loadBaseImages } from '../support/stand-ins';

const LONG_BUILD = 'plimsoll-builds-for-long';
const building = {
  Dockerfile: `FROM python:3.11-slim\nRUN python -c "import time; time.sleep(600)" ${LONG_BUILD}\nCMD ["true"]\n`,
};
const SERVER = 'import http.server\nhttp.server.test(port=8000)\n';
const starting = {
  Dockerfile: 'FROM python:3.11-slim\nCOPY . .\nCMD ["python", "main.py"]\n',
  'main.py': 'import time\ntime.sleep(600)\n',
};
const short = {
  Dockerfile: 'FROM python:3.11-slim\nCOPY . .\nEXPOSE 8000\nCMD ["python", "main.py"]\n',
  'main.py': SERVER,
};

/** What runs the sources has a folder there too. */
function foldersIn(temporary: string): string[] {
  return readdirSync(temporary).filter(name => name.startsWith('plimsoll-'));
}

describe('a proof that is stopped', function () {
  this.timeout(300_000);
  before(async function () {
    if (process.platform !== 'linux') this.skip();
    await requireEngine.call(this);
    await loadBaseImages();
  });
  afterEach(removeFolders);

  async function assertNothingLeft(proof: ProofProcess, temporary: string): Promise<void> {
    assert.deepEqual(foldersIn(temporary), []);
    assert.deepEqual(await proof.left(), []);
    await until('the end of the build', () => !runs(LONG_BUILD));
  }

  it('was killed while it built: the next one removes its folder and ends its build', async () => {
    const temporary = makeFolder();
    const killed = ProofProcess.start(makeFolder(building), temporary);
    await until('the build', () => runs(`time.sleep(600)\0${LONG_BUILD}`) || runs(LONG_BUILD));
    await until('the command in the image', () => killed.said.includes('building'));
    killed.kill('SIGKILL');
    await killed.end();
    assert.equal(foldersIn(temporary).length, 1);
    const next = ProofProcess.start(makeFolder(short), temporary);
    assert.equal(await next.end(), 0, next.said);
    await assertNothingLeft(killed, temporary);
  });

  it('was killed while its container ran: the next one removes container, image and folder', async () => {
    const temporary = makeFolder();
    const killed = ProofProcess.start(makeFolder(starting), temporary);
    await until('the container', async () => {
      const filter = ['--filter', 'label=plimsoll.prove', '--format', '{{.Label "plimsoll.prove"}}'];
      return (await docker('ps', ...filter)).split('\n').some(mark => mark.startsWith(`${killed.pid}-`));
    });
    killed.kill('SIGKILL');
    await killed.end();
    assert.ok((await killed.left()).length >= 2, 'a container and an image are left');
    const next = ProofProcess.start(makeFolder(short), temporary);
    assert.equal(await next.end(), 0, next.said);
    await assertNothingLeft(killed, temporary);
  });

  for (const [signal, code] of [
    ['SIGHUP', 129],
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    it(`got ${signal} while it built: it removes everything and ends with ${code}`, async () => {
      const temporary = makeFolder();
      const proof = ProofProcess.start(makeFolder(building), temporary);
      await until('the build', () => runs(LONG_BUILD) && proof.said.includes('building'));
      proof.kill(signal);
      // As a terminal that is closed, or npm, says it again at once.
      proof.kill(signal);
      assert.equal(await proof.end(), code, proof.said);
      await assertNothingLeft(proof, temporary);
    });
  }

  it('loses the reader of what it says: it removes everything and ends', async () => {
    const temporary = makeFolder();
    const proof = ProofProcess.start(makeFolder(short), temporary);
    await until('the build', () => proof.said.includes('building'));
    proof.child.stderr?.destroy();
    proof.child.stdout?.destroy();
    assert.equal(await proof.end(), 141);
    await assertNothingLeft(proof, temporary);
  });

  it('ends at once at a second Ctrl-C, and leaves what the next one removes', async () => {
    const temporary = makeFolder();
    const proof = ProofProcess.start(makeFolder(building), temporary);
    await until('the build', () => runs(LONG_BUILD) && proof.said.includes('building'));
    proof.kill('SIGINT');
    const first = Date.now();
    // Beyond the time in which two are one; by then it may have tidied up already, which is as good.
    await until('half a second', () => Date.now() - first > 600);
    proof.kill('SIGINT');
    assert.equal(await proof.end(), 130);
    const next = ProofProcess.start(makeFolder(short), temporary);
    assert.equal(await next.end(), 0, next.said);
    await assertNothingLeft(proof, temporary);
  });
});
