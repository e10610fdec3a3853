import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { connect } from '../../server/src/docker/connect';
import { type Engine, openEngine } from '../../server/src/docker/engine';
import { DockerError } from '../../server/src/docker/errors';
import { LIMITS, preparingTime } from '../../server/src/docker/limits';
import { onlySocket } from './connected';
import {
  type Answer,
  body,
  dribbling,
  endless,
  IMAGE,
  IMAGE_ID,
  json,
  QUICK,
  silent,
  stalled,
  status,
  withOdd,
} from './odd-engine';

const signal = new AbortController().signal;

interface Question {
  readonly title: string;
  readonly path: string;
  readonly ask: (engine: Engine) => Promise<unknown>;
}

const questions: readonly Question[] = [
  { title: 'its name', path: '/version', ask: engine => engine.name(signal) },
  { title: 'the images', path: '/images/json', ask: engine => engine.images(signal) },
  { title: 'an image', path: '/images/odd:1/json', ask: engine => engine.image('odd:1', signal) },
  { title: 'a history', path: '/images/odd:1/history', ask: engine => engine.history('odd:1', signal) },
];

/** What a question to an engine of our own comes to. */
async function outcome({ path, ask }: Question, answer: Answer, limits = QUICK): Promise<unknown> {
  return withOdd({ [path]: answer }, engine =>
    ask(openEngine(engine.endpoint, limits)).catch((error: unknown) => error),
  );
}

function assertSentence(error: unknown, failure: string): void {
  assert.ok(error instanceof DockerError, String(error));
  assert.equal(error.failure, failure, error.message);
  assert.doesNotMatch(error.message, /undefined|NaN|TypeError|\bat .*\.ts/);
}

describe('An engine that does not answer as it should', () => {
  for (const question of questions) {
    describe(`asked for ${question.title}`, () => {
      it('is silent: ends with a sentence', async () => {
        const error = await outcome(question, silent);
        assertSentence(error, 'no-answer');
        assert.match(String(error), /odd\.sock does not answer \(200 ms without a byte\)\.$/);
      });

      it('stops in the middle: ends with a sentence', async () => {
        assertSentence(await outcome(question, stalled('[')), 'no-answer');
      });

      it('sends a byte now and then: ends all the same', async () => {
        const error = await outcome(question, dribbling(50));
        assertSentence(error, 'no-answer');
        assert.match(String(error), /does not end/);
      });

      it('never comes to an end: is read so far and no further', async () => {
        const limits = { ...QUICK, answer: 10_000, answerBytes: 1_000_000 };
        assertSentence(await outcome(question, endless(Buffer.alloc(100_000, ' ')), limits), 'failed');
      });

      it('sends an error without an end: is read so far and no further', async () => {
        const answer: Answer = (response, request) => {
          response.writeHead(500);
          endless(Buffer.alloc(100_000, 'x'))(response, request);
        };
        assertSentence(await outcome(question, answer), 'failed');
      });

      for (const [title, answer] of [
        ['HTML', body('<html><body>Welcome</body></html>')],
        ['nothing', body('')],
        ['half of it', body('[{"Id":')],
        ['bytes that are no text', body(Buffer.from([0x5b, 0xff, 0xfe, 0x00, 0x5d]))],
        ['more lists than any engine has', body('['.repeat(2_000_000))],
        ['an error that is no JSON', status(500, 'it broke\nat line 7')],
        ['an error as a page', status(502, '<html>Bad Gateway</html>')],
        ['an error without a body', status(500, '')],
        ['an odd error', status(500, '{"message":{"a":1}}')],
      ] as const) {
        it(`sends ${title}: ends with a sentence`, async () => {
          assertSentence(await outcome(question, answer), 'failed');
        });
      }

      for (const value of [
        null,
        7,
        'text',
        true,
        {},
        [],
        [null],
        [7, 'x', [], {}],
        { Id: null },
        [{ Id: 7, Size: '1', Created: 'x', RepoTags: 'x', Labels: [] }],
        { Version: { a: 1 } },
        { Id: ['sha256:1'], Config: 7 },
      ]) {
        it(`sends ${JSON.stringify(value)}: a sentence or a sensible value`, async () => {
          const found = await outcome(question, json(value));
          if (found instanceof Error) assertSentence(found, 'failed');
          else assertSensible(found);
        });
      }
    });
  }

  it('has odd values in the list of images: each becomes a neutral one', async () => {
    const odd = {
      Id: 'b'.repeat(64),
      RepoTags: [null, 7, '<none>:<none>', 'a:1', 'b:\u001b[31m', 'x'.repeat(5_000)],
      RepoDigests: null,
      Size: -1,
      Created: -62_135_596_800,
      Labels: { a: 'b', c: 7, __proto__: { d: 'e' } },
    };
    const huge = { ...IMAGE, Id: 'sha256:1', Size: 1e300, Created: 1e300 };
    const images = await withOdd({ '/images/json': json([null, odd, { RepoTags: ['x:1'] }, huge]) }, engine =>
      openEngine(engine.endpoint, QUICK).images(signal),
    );
    assert.deepEqual(images, [
      {
        id: `sha256:${'b'.repeat(64)}`,
        tags: ['a:1'],
        digests: [],
        bytes: 0,
        createdAt: 0,
        labels: { a: 'b' },
      },
      { id: 'sha256:1', tags: ['odd:1'], digests: [], bytes: 0, createdAt: 0, labels: {} },
    ]);
  });

  it('has odd values in a history: each becomes a neutral one', async () => {
    const entries = [
      { CreatedBy: null, Size: '7', Created: 'x' },
      'x',
      { CreatedBy: 'RUN x', Size: 3.7, Comment: [] },
    ];
    const found = await withOdd({ '/images/odd:1/history': json(entries) }, engine =>
      openEngine(engine.endpoint, QUICK).history('odd:1', signal),
    );
    assert.deepEqual(found, [
      { createdBy: 'RUN x', bytes: 3, createdAt: 0, comment: '' },
      { createdBy: '', bytes: 0, createdAt: 0, comment: '' },
      { createdBy: '', bytes: 0, createdAt: 0, comment: '' },
    ]);
  });

  it('has a history longer than any image has: ends with a sentence', async () => {
    const question = questions[3];
    assert.ok(question);
    assertSentence(await outcome(question, json(Array(2_001).fill({}))), 'failed');
  });

  for (const code of [301, 302, 307, 308]) {
    it(`redirects with ${code}: goes nowhere`, async () => {
      const asked: string[] = [];
      const elsewhere = createServer((request, response) => {
        asked.push(request.url ?? '');
        response.end(JSON.stringify(IMAGE));
      }).listen(0, '127.0.0.1');
      await once(elsewhere, 'listening');
      const { port } = elsewhere.address() as AddressInfo;
      for (const location of [
        `http://127.0.0.1:${port}/`,
        '/images/other/json',
        'gopher://x/',
        'http://127.0.0.1:1/',
      ]) {
        for (const question of questions) {
          const error = await outcome(question, status(code, '', { location }));
          assertSentence(error, 'failed');
          assert.match(String(error), /redirects to another address/);
        }
      }
      elsewhere.close();
      assert.deepEqual(asked, []);
    });
  }

  it('speaks no HTTP: ends with a sentence', async () => {
    for (const greeting of [
      'SSH-2.0-OpenSSH_9.2\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ]) {
      const server = createTcpServer(socket => socket.on('error', () => undefined).write(greeting));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const engine = openEngine({ kind: 'tcp', host: '127.0.0.1', port, tls: undefined }, QUICK);
      const error = await engine.images(signal).catch((failure: unknown) => failure);
      server.close();
      assertSentence(error, 'failed');
    }
  });

  it('takes connections to itself and no requests: ends with a sentence', async () => {
    // A server that never accepts: its queue takes the connection, nobody reads what is sent.
    const server = createTcpServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const tls = { ca: undefined, cert: undefined, key: undefined, verify: false };
    const engine = openEngine({ kind: 'tcp', host: '127.0.0.1', port, tls }, QUICK);
    const error = await engine.images(signal).catch((failure: unknown) => failure);
    server.close();
    assertSentence(error, 'no-answer');
    assert.match(String(error), /no connection within 200 ms/);
  });

  for (const [title, path] of [
    ['the ping', '/_ping'],
    ['the version', '/version'],
  ] as const) {
    for (const [how, answer] of [
      ['silent', silent],
      ['dribbling', dribbling(50)],
      ['endless', endless(Buffer.alloc(100_000, ' '))],
    ] as const) {
      it(`${how} at ${title}: is no engine, with a reason`, async () => {
        const connection = await withOdd({ [path]: answer }, engine =>
          connect(onlySocket(engine.path), signal, { ...QUICK, answerBytes: 1_000_000 }),
        );
        assert.ok(connection.kind === 'unavailable' && connection.reason === 'failed');
        assert.match(connection.detail, /odd\.sock/);
      });
    }
  }

  it('leaves nothing open, whatever it does', async () => {
    await withOdd(
      { '/images/json': silent, '/images/odd:1/json': endless(Buffer.alloc(100_000)) },
      async odd => {
        const engine = openEngine(odd.endpoint, { ...QUICK, answerBytes: 1_000_000 });
        await Promise.allSettled([engine.images(signal), engine.image('odd:1', signal), engine.name(signal)]);
        await odd.idle();
      },
    );
  });

  it('redirects and keeps the connection: leaves nothing open', async () => {
    for (const code of [302, 304]) {
      const server = createTcpServer(socket =>
        socket
          .on('error', () => undefined)
          .once('data', () => socket.write(`HTTP/1.1 ${code} X\r\nContent-Length: 9\r\n\r\n`)),
      );
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const engine = openEngine({ kind: 'tcp', host: '127.0.0.1', port, tls: undefined }, QUICK);
      await assert.rejects(engine.images(signal), /redirects to another address/);
      const closed = once(server, 'close');
      server.close();
      await closed;
    }
  });

  it('sends intermediate responses without end: ends with a sentence', async () => {
    for (const announced of ['100 Continue', '102 Processing', '103 Early Hints']) {
      const server = createTcpServer(socket =>
        socket
          .on('error', () => undefined)
          .once('data', () => socket.write(`HTTP/1.1 ${announced}\r\n\r\n`.repeat(2_000))),
      );
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const engine = openEngine({ kind: 'tcp', host: '127.0.0.1', port, tls: undefined }, LIMITS);
      const error = await engine.images(signal).catch((failure: unknown) => failure);
      server.close();
      assertSentence(error, 'failed');
      assert.match(String(error), /sends intermediate responses without end/);
    }
  });

  it('is left at once when the question is withdrawn', async () => {
    await withOdd({ '/images/json': silent }, async odd => {
      const cancel = new AbortController();
      const asked = openEngine(odd.endpoint, LIMITS).images(cancel.signal);
      cancel.abort();
      await assert.rejects(asked, { failure: 'cancelled' });
      await odd.idle();
    });
  });

  it('is not mistaken for slow while its reader is', async () => {
    const piece = Buffer.alloc(200_000, ' ');
    const answer: Answer = response => {
      for (let sent = 0; sent < 20; sent++) response.write(piece);
      response.end();
    };
    await withOdd({ [`/images/${IMAGE_ID}/get`]: answer }, async odd => {
      let bytes = 0;
      for await (const chunk of await openEngine(odd.endpoint, { ...QUICK, archiveSilence: 50 }).save(
        IMAGE_ID,
        0,
        signal,
      )) {
        bytes += (chunk as Buffer).length;
        if (bytes < 1_000_000) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
      }
      assert.equal(bytes, 4_000_000);
    });
  });

  it('is waited for as long as the documentation says', () => {
    const { connect, silence, answer, search, archiveSilence } = LIMITS;
    assert.deepEqual(
      [connect, silence, answer, search, archiveSilence],
      [5_000, 10_000, 14_000, 14_000, 14_000],
    );
    assert.equal(LIMITS.answerBytes, 64 * 1024 * 1024);
    assert.equal(preparingTime(0, LIMITS), 14_000);
    assert.equal(Math.round(preparingTime(4e9, LIMITS) / 1000), 205);
  });
});

/** No number that is none, nothing that is undefined. */
function assertSensible(value: unknown): void {
  const text = JSON.stringify(value, (_, inner) =>
    inner === undefined || (typeof inner === 'number' && !Number.isFinite(inner)) ? '!' : inner,
  );
  assert.doesNotMatch(text ?? '!', /!/);
}
