import assert from 'node:assert/strict';
import { logPlace, progressLine } from '../../server/src/cli/progress';
import { header } from '../docker/many-files';
import { body, IMAGE_ID, json, silent, stalled, status, withOdd } from '../docker/odd-engine';
import { type RanBeside, runBeside } from '../docker/run-beside';
import { plimsoll } from '../support/plimsoll';

function assertSentence({ code, out, err }: Pick<RanBeside, 'code' | 'out' | 'err'>, sentence: RegExp): void {
  assert.equal(code, 2, err);
  assert.equal(out, '');
  assert.match(err, sentence);
  assert.match(err, /^plimsoll: [^\n]+\.\n$/, 'one sentence, no stack');
}

describe('plimsoll weigh, with an engine that does not do as it should', function () {
  this.timeout(60_000);

  it('ends with a sentence within 15 seconds where the engine is silent', async () => {
    await withOdd({ '/images/odd:1/json': silent }, async engine => {
      const ran = await runBeside(engine.path, ['weigh', 'odd:1']);
      assertSentence(ran, /odd\.sock does not answer \(10 s without a byte\)/);
      assert.ok(ran.took < 15_000, `${ran.took} ms`);
    });
  });

  for (const [title, answers, sentence] of [
    ['HTML for an image', { '/images/odd:1/json': body('<html>') }, /odd:1 is not JSON/],
    [
      'a redirection',
      { '/images/odd:1/json': status(301, '', { location: 'gopher://x' }) },
      /redirects to another address/,
    ],
    ['a list for an image', { '/images/odd:1/json': json([]) }, /sends no image for odd:1/],
    ['a page for a history', { [`/images/${IMAGE_ID}/history`]: body('<p>') }, /is not JSON/],
    [
      'nonsense for an archive',
      { [`/images/${IMAGE_ID}/get`]: body('x'.repeat(5_000)) },
      /archive of the image is damaged/,
    ],
    ['an error without a reason', { '/images/odd:1/json': status(500, '') }, /HTTP status 500/],
    ['no version', { '/version': json(null) }, /does not report its version/],
  ] as const) {
    it(`says in a sentence that it sends ${title}, and exits 2`, async () => {
      await withOdd(answers, async engine => {
        assertSentence(await runBeside(engine.path, ['weigh', 'odd:1']), sentence);
      });
    });
  }

  for (const [title, host] of [
    ['garbage', '::::'],
    ['nothing but blanks', '   '],
    ['ssh', 'ssh://somebody:secret@build.example'],
    ['a path behind the port', 'tcp://127.0.0.1:1/path'],
    ['a port that is none', 'tcp://127.0.0.1:99999'],
    ['a relative socket that is not there', 'unix://nowhere/docker.sock'],
    ['a very long path', `unix:///${'x'.repeat(10_000)}`],
    ['a very long name', `tcp://${'x'.repeat(10_000)}`],
    ['another protocol', 'gopher://x'],
    ['an open bracket', 'tcp://[::1'],
  ] as const) {
    it(`says in a sentence what is wrong where DOCKER_HOST is ${title}, and exits 2`, () => {
      const ran = plimsoll(__dirname, ['weigh', 'odd:1'], '', { DOCKER_HOST: host });
      assertSentence(ran, /DOCKER_HOST/);
      assert.ok(ran.err.length < 600, ran.err);
      assert.doesNotMatch(ran.err, /secret/);
    });
  }

  it('ends with a sentence when it is interrupted in the middle of an archive', async () => {
    const begun = Buffer.concat([header('0/layer.tar', 2 ** 32), header('big', 2 ** 32 - 1536)]);
    await withOdd({ [`/images/${IMAGE_ID}/get`]: stalled(begun) }, async engine => {
      const running = runBeside(engine.path, ['weigh', 'odd:1'], async interrupt => {
        await engine.asked(`/images/${IMAGE_ID}/get`);
        interrupt();
      });
      assertSentence(await running, /The request was cancelled/);
      await engine.idle();
    });
  });
});

describe('How far the reading of an image is', () => {
  it('is one line at a terminal, which goes in the end', () => {
    const shown: string[] = [];
    let now = 0;
    const line = progressLine('api:1', { show: text => shown.push(text), now: () => now });
    line.show({ bytes: 0, about: 617_000_000 });
    now = 12_400;
    line.show({ bytes: 0, about: 617_000_000 });
    line.show({ bytes: 0, about: 617_000_000 });
    line.show({ bytes: 120_000_000, about: 617_000_000 });
    line.end();
    assert.deepEqual(shown, [
      'api:1: the engine prepares the archive (0 s)',
      'api:1: the engine prepares the archive (12 s)',
      'api:1: 120 MB of about 617 MB read',
      '',
    ]);
  });

  it('is said in a log only where it takes long, every ten seconds', () => {
    const said: string[] = [];
    let now = 0;
    const line = progressLine(
      'api:1',
      logPlace(
        text => said.push(text),
        () => now,
      ),
    );
    for (; now <= 24_000; now += 200) line.show({ bytes: 0, about: 617_000_000 });
    line.end();
    assert.deepEqual(said, [
      'api:1: the engine prepares the archive (10 s)',
      'api:1: the engine prepares the archive (20 s)',
    ]);
  });
});
