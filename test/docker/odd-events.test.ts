import assert from 'node:assert/strict';
import type { Clock } from '../../server/src/docker/clock';
import { SYSTEM_CLOCK } from '../../server/src/docker/clock';
import { connect } from '../../server/src/docker/connect';
import { DockerError } from '../../server/src/docker/errors';
import { EngineWatch } from '../../server/src/docker/watch';
import { onlySocket } from './connected';
import {
  type Answer,
  type Answers,
  endless,
  IMAGE,
  json,
  OddEngine,
  QUICK,
  silent,
  stalled,
} from './odd-engine';
import { StateLog } from './state-log';

/** The system's clock, but each wait is noted and shortened to a hundredth. */
class HurriedClock implements Clock {
  readonly waits: number[] = [];

  now(): number {
    return SYSTEM_CLOCK.now();
  }

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    this.waits.push(milliseconds);
    return SYSTEM_CLOCK.wait(milliseconds / 100, signal);
  }
}

const never = (_: unknown, signal: AbortSignal): Promise<void> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

function event(id: string): string {
  return `${JSON.stringify({ Type: 'image', Action: 'tag', Actor: { ID: id, Attributes: { name: id } } })}\n`;
}

describe('Following an engine that does not do as it should', function () {
  this.timeout(60_000);
  let engine: OddEngine;
  let watch: EngineWatch;
  let log: StateLog;
  let clock: HurriedClock;

  async function follow(answers: Answers, limits = QUICK): Promise<void> {
    engine = await OddEngine.start(answers);
    log = new StateLog();
    clock = new HurriedClock();
    watch = new EngineWatch({
      connect: signal => connect(onlySocket(engine.path), signal, limits),
      clock,
      appears: never,
      onState: log.add,
      dockerfileOf: () => undefined,
    });
    watch.start();
  }

  afterEach(async () => {
    watch.stop();
    await engine.stop();
  });

  for (const [title, answer] of [
    ['ends its events at once', (response => response.end()) as Answer],
    ['breaks its events off at once', (response => response.destroy()) as Answer],
    ['sends events that are no JSON', stalled('<html>\n')],
    ['sends events that are lists', stalled('[1]\n')],
    ['sends an event without an end', endless(Buffer.alloc(100_000, 'x'))],
    ['refuses events', (response => response.writeHead(500).end('no')) as Answer],
  ] as const) {
    it(`${title}: is asked again less and less often`, async () => {
      await follow({ '/events': answer });
      await engine.asked('/events', 7);
      const pauses = clock.waits.filter(wait => wait !== 100);
      assert.deepEqual(pauses.slice(0, 6), [250, 500, 1_000, 2_000, 5_000, 10_000]);
    });
  }

  it('ends its events without listing images: says so, with the reason', async () => {
    await follow({ '/images/json': silent });
    const state = await log.untilKind('unavailable');
    assert.ok(state.kind === 'unavailable' && state.reason === 'failed');
    assert.match(state.detail, /does not answer \(200 ms without a byte\)/);
  });

  it('falls silent when it is asked for an image: says so, and comes back', async () => {
    let listed = 0;
    const list: Answer = (response, request) => {
      listed++;
      if (listed === 2) silent(response, request);
      else json([IMAGE])(response, request);
    };
    const once: Answer = response => {
      response.flushHeaders();
      if (listed === 0)
        response.write(
          event('sha256:gone')
            .repeat(30)
            .replaceAll('gone', () => `${Math.random()}`),
        );
    };
    await follow({ '/images/json': list, '/events': once });
    await log.untilKind('connected');
    const state = await log.untilKind('unavailable');
    assert.match(state.kind === 'unavailable' ? state.detail : '', /does not answer/);
    await log.untilKind('connected');
  });

  /** An engine whose images change while it is followed. */
  class Changing {
    private images: readonly (typeof IMAGE)[] = [];
    private say: (line: string) => void = () => undefined;

    readonly answers: Answers = {
      '/images/json': response => json(this.images)(response, undefined as never),
      '/events': response => {
        response.flushHeaders();
        this.say = line => void response.write(line);
      },
      ...Object.fromEntries(
        ['a', 'b', 'c'].map(letter => [
          `/images/${idOf(letter)}/json`,
          ((response, request) => {
            const found = this.images.find(image => image.Id === idOf(letter));
            if (found) json(found)(response, request);
            else response.writeHead(404).end('{"message":"No such image"}');
          }) as Answer,
        ]),
      ),
    };

    now(letters: string, ...events: readonly object[]): void {
      const images = [...letters].map(letter => ({ ...IMAGE, Id: idOf(letter), RepoTags: [] as string[] }));
      const newest = images.at(-1);
      if (newest) newest.RepoTags = ['g:1'];
      this.images = images;
      for (const told of events) this.say(`${JSON.stringify({ Type: 'image', ...told })}\n`);
    }
  }

  const idOf = (letter: string) => `sha256:${letter.repeat(64)}`;
  const idsIn = (state: Awaited<ReturnType<StateLog['untilKind']>>) =>
    state.kind === 'connected' ? state.images.map(({ id }) => id) : [];

  it('moves a name to a new build and drops the old one without a word: no row without a name stays', async () => {
    const changing = new Changing();
    changing.now('a');
    await follow(changing.answers);
    await log.untilKind('connected');
    for (const letter of 'bc') {
      // The containerd image store tells of the new image only.
      const told = { ID: idOf(letter), Attributes: { name: 'g:1' } };
      changing.now(letter, { Action: 'create', Actor: told }, { Action: 'tag', Actor: told });
      const state = await log.until(it => idsIn(it).includes(idOf(letter)));
      assert.deepEqual(idsIn(state), [idOf(letter)]);
    }
  });

  it('moves a name to a new build and keeps the old one: that one is shown without a name', async () => {
    const changing = new Changing();
    changing.now('a');
    await follow(changing.answers);
    await log.untilKind('connected');
    changing.now('ab', { Action: 'tag', Actor: { ID: idOf('b'), Attributes: { name: 'g:1' } } });
    const state = await log.until(it => idsIn(it).length === 2);
    assert.deepEqual(
      state.kind === 'connected' && state.images.map(({ id, tags }) => [id, tags.length]).sort(),
      [
        [idOf('a'), 0],
        [idOf('b'), 1],
      ],
    );
  });

  // As podman 4.3.1 sends them.
  const names = { containerExitCode: '0', image: '', podId: '' };
  for (const [title, action] of [
    [
      'of a build by its id in place of a name',
      { Action: 'build', Actor: { ID: '', Attributes: { ...names, name: 'b'.repeat(64) } } },
    ],
    ['by a bare id', { Action: 'tag', Actor: { ID: 'b'.repeat(64), Attributes: { ...names, name: 'g:1' } } }],
    [
      'by a name that nothing has any more',
      { Action: 'untag', Actor: { ID: '', Attributes: { ...names, name: 'old:1' } } },
    ],
    ['by no name at all', { Action: 'build', Actor: { ID: '', Attributes: { ...names, name: '' } } }],
  ] as const) {
    it(`tells ${title}: the images are those that it has`, async () => {
      const changing = new Changing();
      changing.now('a');
      await follow(changing.answers);
      await log.untilKind('connected');
      changing.now('b', action);
      const state = await log.until(it => idsIn(it).includes(idOf('b')));
      assert.deepEqual(idsIn(state), [idOf('b')]);
    });
  }

  it('tells that an image was removed, by a bare id: its row goes', async () => {
    const changing = new Changing();
    changing.now('ab');
    await follow(changing.answers);
    await log.untilKind('connected');
    changing.now('b', {
      Action: 'remove',
      Actor: { ID: 'a'.repeat(64), Attributes: { ...names, name: '' } },
    });
    const state = await log.until(it => idsIn(it).length === 1);
    assert.deepEqual(idsIn(state), [idOf('b')]);
  });

  it('is doubted by somebody whom it did not answer: says why, and looks again', async () => {
    await follow({});
    await log.untilKind('connected');
    watch.doubt(new DockerError('no-answer', 'It does not answer.'));
    const state = await log.untilKind('unavailable');
    assert.deepEqual(state, { kind: 'unavailable', reason: 'failed', detail: 'It does not answer.' });
    await log.untilKind('connected');
  });

  it('sends a hundred thousand events at once: is asked for the list a few times', async () => {
    const burst = [...Array(100_000)].map((_, index) => event(`sha256:${index}`)).join('');
    let listed = 0;
    let done: () => void = () => undefined;
    const last = new Promise<void>(resolve => {
      done = resolve;
    });
    const list: Answer = (response, request) => {
      listed++;
      json(listed === 1 ? [IMAGE] : [{ ...IMAGE, RepoTags: [`odd:${listed}`] }])(response, request);
    };
    const answers = {
      '/images/json': list,
      '/events': stalled(`${burst}${event('odd:last')}`),
      '/images/odd:last/json': ((response, request) => {
        done();
        json(IMAGE)(response, request);
      }) as Answer,
    };
    await follow(answers);
    // The last batch may be small enough that its images are asked for one by one.
    await Promise.race([last, log.until(() => listed >= 5)]);
    await log.untilKind('connected');
    assert.ok(listed <= 60, `${listed} lists`);
    assert.ok(engine.requests.length < 200, `${engine.requests.length} requests`);
  });

  it('has ten thousand images: they are shown within moments', async () => {
    const images = [...Array(10_000)].map((_, index) => ({
      ...IMAGE,
      Id: `sha256:${index}`,
      RepoTags: [`many:${index}`],
      Labels: { text: 'x'.repeat(500) },
    }));
    const before = process.cpuUsage();
    await follow({ '/images/json': json(images) }, { ...QUICK, answer: 20_000, silence: 20_000 });
    const state = await log.untilKind('connected');
    const { user } = process.cpuUsage(before);
    assert.equal(state.kind === 'connected' && state.images.length, 10_000);
    assert.ok(user < 3_000_000, `${user / 1000} ms`);
  });
});
