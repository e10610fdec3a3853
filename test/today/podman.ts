// What Podman's socket serves. Runs with `npm test -- podman`.
import assert from 'node:assert/strict';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { SYSTEM_CLOCK } from '../../server/src/docker/clock';
import { connect, ownSurroundings } from '../../server/src/docker/connect';
import type { Engine } from '../../server/src/docker/engine';
import { imageHistory } from '../../server/src/docker/image-history';
import { socketAppears } from '../../server/src/docker/socket-appears';
import { EngineWatch } from '../../server/src/docker/watch';
import { weigh } from '../../server/src/docker/weigh';
import { prove } from '../../server/src/prove/proof';
import { compared, failures } from '../../server/src/prove/summary';
import { connectedEngine } from '../docker/connected';
import { buildProject, removedAfterwards } from '../docker/shell-image';
import { imageTagged, StateLog } from '../docker/state-log';
import { requireEngine } from '../support/engine';
import { makeFolder, removeFolders } from '../support/folders';
import { loadGrammar } from '../support/grammar';

const TAG = 'plimsoll-test/podman:1';
/** As Podman lists it. */
const LISTED = `docker.io/${TAG}`;
const signal = new AbortController().signal;

const dockerfile = `FROM python:3.11-slim
ENV A=1
WORKDIR /w
RUN head -c 3000000 /dev/zero > /w/big
RUN ["sh", "-c", "echo y > /w/small"]
COPY a.txt /w/
RUN rm /w/big
HEALTHCHECK --interval=5s CMD cat /w/small
CMD ["cat", "/w/small"]
`;

describe("Podman's socket", function () {
  this.timeout(180_000);
  let engine: Engine;

  before(async function () {
    await requireEngine.call(this);
    await loadGrammar();
    engine = await connectedEngine(ownSurroundings());
  });
  removedAfterwards(TAG);
  after(removeFolders);

  function build(text: string): Promise<void> {
    return buildProject(TAG, { dockerfile: text, files: { 'a.txt': 'a' }, builder: 'classic' });
  }

  it('shows an image as soon as it is built, and in the place of the one that had its name', async () => {
    const log = new StateLog();
    const watch = new EngineWatch({
      connect: stopped => connect(ownSurroundings(), stopped),
      clock: SYSTEM_CLOCK,
      appears: socketAppears,
      onState: log.add,
      dockerfileOf: () => undefined,
    });
    watch.start();
    try {
      await log.untilKind('connected');
      await build('FROM scratch\nCOPY a.txt /\n');
      const first = imageTagged(await log.until(it => imageTagged(it, LISTED) !== undefined), LISTED);
      await build('FROM scratch\nCOPY a.txt /b\n');
      await log.until(it => ![undefined, first?.id].includes(imageTagged(it, LISTED)?.id));
    } finally {
      watch.stop();
    }
  });

  it('tells the layers of a build, which are tied to their lines', async () => {
    await build(dockerfile);
    const built = { dockerfile: parseDockerfile('Dockerfile', dockerfile), target: undefined };
    const rows = await imageHistory(engine, TAG, built, signal);
    assert.deepEqual(
      rows.filter(row => !row.base).map(({ line = -1 }) => line + 1),
      [2, 3, 4, 5, 6, 7, 8, 9],
    );
  });

  it('hands out the layers, which are weighed to the byte', async () => {
    await build(dockerfile);
    const built = { dockerfile: parseDockerfile('Dockerfile', dockerfile) };
    const { layers, image, waste } = await weigh(engine, TAG, built, signal);
    assert.deepEqual(
      layers.filter(({ base }) => !base).map(({ line = -1, bytes }) => [line + 1, bytes]),
      [
        [2, 0],
        [3, 0],
        [4, 3_000_000],
        [5, 2],
        [6, 1],
        [7, 0],
        [8, 0],
        [9, 0],
      ],
    );
    assert.equal(waste.bytes, 3_000_000);
    assert.equal(
      layers.reduce((sum, { bytes }) => sum + bytes, 0),
      image.bytes,
    );
  });

  it('builds and starts what is proven', async () => {
    const folder = makeFolder({
      Dockerfile:
        'FROM python:3.11-slim\nCOPY . .\nRUN head -c 2000000 /dev/zero > /var/lib/apt/lists/left && apt-get clean\nCMD ["python", "-m", "http.server", "8000"]\nEXPOSE 8000\n',
      'main.py': 'print(1)\n',
    });
    const proof = await prove({ folder, change: { kind: 'fix' } }, () => undefined, signal);
    assert.deepEqual(failures(proof), []);
    assert.equal(compared(proof)[0]?.before.started.by, 'its port answers');
  });
});
