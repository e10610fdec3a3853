import assert from 'node:assert/strict';
import { SYSTEM_CLOCK } from '../../server/src/docker/clock';
import { connect, ownSurroundings } from '../../server/src/docker/connect';
import type { Engine } from '../../server/src/docker/engine';
import { socketAppears } from '../../server/src/docker/socket-appears';
import { EngineWatch } from '../../server/src/docker/watch';
import { docker, removeImages, requireEngine, tagImage } from '../support/engine';
import { connectedEngine, onlySocket } from './connected';
import { EngineDoor } from './engine-door';
import { SecondDaemon } from './second-daemon';
import { buildProject, importShellImage, removedAfterwards, SHELL_IMAGE } from './shell-image';
import { imageTagged, StateLog } from './state-log';

const TAG = 'plimsoll-test/watch:1';
const OTHER = 'plimsoll-test/watch:2';

function watchOf(path: string, log: StateLog): EngineWatch {
  return new EngineWatch({
    connect: signal => connect(onlySocket(path), signal),
    clock: SYSTEM_CLOCK,
    appears: socketAppears,
    onState: log.add,
    dockerfileOf: image => (image.tags.includes(TAG) ? 'file:///w/Dockerfile' : undefined),
  });
}

describe('Following the engine', function () {
  this.timeout(60_000);
  let real: Engine;
  let door: EngineDoor;
  let watch: EngineWatch;
  let log: StateLog;

  before(requireEngine);
  removedAfterwards(TAG, OTHER);

  beforeEach(async () => {
    await importShellImage();
    await removeImages(TAG, OTHER);
    real = await connectedEngine(ownSurroundings());
    door = await EngineDoor.inFrontOf(real);
    log = new StateLog();
    watch = watchOf(door.path, log);
  });

  afterEach(async () => {
    watch?.stop();
    await door?.remove();
  });

  it('The start takes four requests, however many images there are', async () => {
    await door.open();
    watch.start();
    await log.untilKind('connected');
    assert.deepEqual(door.requests, ['GET /_ping', 'GET /version', 'GET /events', 'GET /images/json']);
    assert.deepEqual(log.kinds, ['connecting', 'connected']);
  });

  it('A new tag shows within a second, by one question about one image', async () => {
    await door.open();
    watch.start();
    await log.untilKind('connected');
    await tagImage(SHELL_IMAGE, TAG);
    const tagged = performance.now();
    const state = await log.until(it => imageTagged(it, TAG) !== undefined);
    assert.ok(performance.now() - tagged < 1_000);
    assert.equal(imageTagged(state, TAG)?.dockerfile, 'file:///w/Dockerfile');
    assert.equal(door.requests.length, 5);
    assert.match(door.requests[4] ?? '', /^GET \/images\/sha256:\w+\/json$/);
  });

  it('A tag that is taken away goes, and the image stays under its other name', async () => {
    await tagImage(SHELL_IMAGE, TAG);
    await door.open();
    watch.start();
    await log.until(it => imageTagged(it, TAG) !== undefined);
    await docker('rmi', TAG);
    const state = await log.until(it => imageTagged(it, TAG) === undefined);
    assert.ok(imageTagged(state, SHELL_IMAGE));
  });

  for (const builder of ['buildkit', 'classic'] as const) {
    it(`${builder}: a build shows, and takes the name from the image that had it`, async () => {
      await door.open();
      watch.start();
      await log.untilKind('connected');
      await buildProject(TAG, { dockerfile: `FROM ${SHELL_IMAGE}\nLABEL build=1\n`, builder });
      const first = imageTagged(await log.until(it => imageTagged(it, TAG) !== undefined), TAG);
      await buildProject(TAG, { dockerfile: `FROM ${SHELL_IMAGE}\nLABEL build=2\n`, builder });
      const state = await log.until(it => (imageTagged(it, TAG)?.id ?? first?.id) !== first?.id);
      const named = state.kind === 'connected' ? state.images.filter(it => it.tags.includes(TAG)) : [];
      assert.equal(named.length, 1);
    });
  }

  it('What is followed is what the engine lists', async () => {
    await door.open();
    watch.start();
    await log.untilKind('connected');
    await tagImage(SHELL_IMAGE, TAG);
    await tagImage(SHELL_IMAGE, OTHER);
    await docker('rmi', TAG);
    await log.until(it => imageTagged(it, OTHER) !== undefined && imageTagged(it, TAG) === undefined);
    const listed = await real.images(new AbortController().signal);
    // Others may be using the engine at the same time: only the tests' own images are compared.
    const byId = (images: typeof listed) =>
      images
        .filter(it => it.tags.some(tag => tag === SHELL_IMAGE))
        .map(it => [it.id, it.tags.filter(tag => tag !== TAG).sort(), it.bytes, it.createdAt]);
    assert.deepEqual(byId(watch.knownImages), byId(listed));
  });

  it('Many changes at once are few questions', async () => {
    const tags = [...Array(60)].map((_, index) => `plimsoll-test/many:${index}`);
    await door.open();
    watch.start();
    await log.untilKind('connected');
    try {
      await Promise.all(tags.map(tag => tagImage(SHELL_IMAGE, tag)));
      await log.until(it => tags.every(tag => imageTagged(it, tag)));
      assert.ok(door.requests.length < 4 + tags.length);
    } finally {
      await removeImages(...tags);
    }
  });

  it('An engine that goes is told with a reason, and followed again when it is back', async () => {
    await door.open();
    watch.start();
    await log.untilKind('connected');
    await door.close();
    const gone = await log.untilKind('unavailable');
    assert.equal(gone.kind === 'unavailable' && gone.reason, 'not-running');
    await door.open();
    const opened = performance.now();
    await log.untilKind('connected');
    assert.ok(performance.now() - opened < 2_000);
    await tagImage(SHELL_IMAGE, TAG);
    await log.until(it => imageTagged(it, TAG) !== undefined);
  });

  it('Without an engine it waits until one appears', async () => {
    watch.start();
    const missing = await log.untilKind('unavailable');
    assert.equal(missing.kind === 'unavailable' && missing.reason, 'no-engine');
    await door.open();
    await log.untilKind('connected');
    assert.deepEqual(log.kinds, ['connecting', 'no-engine', 'connected']);
  });

  it('Nothing is asked and nothing is open while nobody watches', async () => {
    await door.open();
    watch.start();
    await log.untilKind('connected');
    watch.stop();
    await door.idle();
    const asked = door.requests.length;
    const told = log.states.length;
    const other = new StateLog();
    const otherWatch = watchOf(door.path, other);
    otherWatch.start();
    await tagImage(SHELL_IMAGE, TAG);
    await other.until(it => imageTagged(it, TAG) !== undefined);
    otherWatch.stop();
    await door.idle();
    assert.equal(log.states.length, told);
    assert.ok(door.requests.slice(asked).length <= 5, 'only the other watch has asked');
    watch.start();
    await log.until(it => imageTagged(it, TAG) !== undefined);
    assert.ok(!log.kinds.slice(1).includes('connecting'), 'what was shown stays until it is known better');
  });

  it('A name that is built three times leaves no row that the engine does not list', async () => {
    await door.open();
    watch.start();
    await log.untilKind('connected');
    for (const text of ['one', 'two', 'three']) {
      const before = log.states.at(-1);
      const old = before && imageTagged(before, TAG)?.id;
      await buildProject(TAG, { dockerfile: 'FROM scratch\nCOPY a /\n', files: { a: text } });
      await log.until(it => ![undefined, old].includes(imageTagged(it, TAG)?.id));
    }
    const listed = (await real.images(new AbortController().signal)).map(({ id }) => id);
    const state = log.states.at(-1);
    const shown = state?.kind === 'connected' ? state.images.map(({ id }) => id) : [];
    assert.deepEqual(
      shown.filter(id => !listed.includes(id)),
      [],
    );
  });

  it('A workspace that has changed is told at once', async () => {
    await door.open();
    watch.start();
    await log.untilKind('connected');
    const told = log.states.length;
    watch.workspaceChanged();
    assert.equal(log.states.length, told, 'the same state is not told twice');
  });
});

describe('Following an engine that is really stopped and started', function () {
  this.timeout(120_000);
  const daemon = new SecondDaemon();

  before(async function () {
    await requireEngine.call(this);
    await daemon.require(this);
  });
  after(() => daemon.remove());

  for (const end of ['SIGTERM', 'SIGKILL'] as const) {
    it(`${end}: it goes, and comes back without a click`, async () => {
      const log = new StateLog();
      const watch = watchOf(daemon.socket, log);
      watch.start();
      await daemon.start();
      await log.untilKind('connected');
      await daemon.stop(end);
      const gone = await log.untilKind('unavailable');
      assert.equal(gone.kind === 'unavailable' && gone.reason, 'not-running');
      await daemon.start();
      await log.untilKind('connected');
      watch.stop();
      await daemon.stop('SIGTERM');
    });
  }
});
