import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { prove } from '../../server/src/prove/proof';
import { compared, failures, totals } from '../../server/src/prove/summary';
import { docker, requireEngine } from '../support/engine';
import { makeFolder, removeFolders } from '../support/folders';
import { loadBaseImages } from '../support/stand-ins';

const SERVER =
  'import http.server\nhttp.server.test(HandlerClass=http.server.SimpleHTTPRequestHandler, port=8000)\n';

const DOCKERFILE = `FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN head -c 2000000 /dev/zero > /var/lib/apt/lists/left && apt-get clean
EXPOSE 8000
CMD ["python", "main.py"]
`;

const silent = () => undefined;
const labelled = () => docker('images', '--all', '--quiet', '--filter', 'label=plimsoll.prove');

describe('a proof with the real engine', function () {
  this.timeout(180_000);
  before(async function () {
    await requireEngine.call(this);
    await loadBaseImages();
  });
  after(removeFolders);

  it('builds, starts and weighs both states, and leaves nothing behind', async () => {
    const folder = makeFolder({
      Dockerfile: DOCKERFILE,
      'main.py': SERVER,
      'logs/old.log': 'x'.repeat(9000),
    });
    const proof = await prove({ folder, change: { kind: 'fix' } }, silent, new AbortController().signal);
    assert.deepEqual(failures(proof), []);
    const [unit] = compared(proof);
    assert.ok(unit, 'nothing was measured');
    assert.equal(unit.before.started.by, 'its port answers');
    assert.ok(unit.after.bytes > 0 && unit.after.image.layers > 0);
    assert.ok((unit.after.contextBytes ?? 0) < (unit.before.contextBytes ?? 0), 'the context is smaller');
    assert.ok(proof.written.includes('Dockerfile'));
    assert.equal(totals([unit], 'after').images, 1);
    assert.equal(await labelled(), '');
  });

  it('starts a service that looks up another one, and tells why one stops at once', async () => {
    const service = (code: string) => `FROM python:3.11-slim\nEXPOSE 8000\nCMD ["python", "-c", "${code}"]\n`;
    const serve = 'import http.server; http.server.test(port=8000)';
    const folder = makeFolder({
      'compose.yaml':
        'services:\n  web:\n    build: web\n  jobs:\n    build: jobs\n  db:\n    image: postgres:17\n',
      'web/Dockerfile': service(`import socket; socket.gethostbyname('db'); ${serve}`),
      'jobs/Dockerfile': service("raise SystemExit('no queue')"),
    });
    const change = { kind: 'fix' } as const;
    const proof = await prove(
      { folder, change, only: ['web', 'jobs'] },
      silent,
      new AbortController().signal,
    );
    const outcomes = proof.units.map(({ name, before }) =>
      before?.kind === 'failed' ? `${name}: ${before.because}` : `${name}: ${before?.started.by}`,
    );
    assert.deepEqual(outcomes, ['web: its port answers', 'jobs: the container stopped:\nno queue']);
  });

  it('proves only what a file builds, where it is about one', async () => {
    const folder = makeFolder({
      'one.Dockerfile': DOCKERFILE,
      'two.Dockerfile': DOCKERFILE,
      'main.py': SERVER,
    });
    const project = { folder, change: { kind: 'fix' }, about: 'one.Dockerfile' } as const;
    const proof = await prove(project, silent, new AbortController().signal);
    assert.deepEqual(
      proof.units.map(({ name }) => name),
      ['one.Dockerfile'],
    );
  });

  it('says what could not be built, and removes what it made', async () => {
    const folder = makeFolder({ Dockerfile: 'FROM python:3.11-slim\nRUN exit 7\n' });
    const proof = await prove({ folder, change: { kind: 'fix' } }, silent, new AbortController().signal);
    assert.deepEqual(
      failures(proof).map(({ name, state }) => `${name} ${state}`),
      ['Dockerfile before', 'Dockerfile after'],
    );
    assert.equal(await labelled(), '');
  });

  it('gives each service an image of its own, whatever it is called', async () => {
    const service = (name: string, word: string) =>
      `  ${JSON.stringify(name)}:\n    build:\n      context: .\n      args: { WORD: ${word} }\n`;
    const folder = makeFolder({
      'compose.yaml': `services:\n${service('_a.b', 'one')}${service('_A-b', 'two')}${service('é', 'three')}`,
      Dockerfile:
        'FROM python:3.11-slim\nARG WORD\nENV WORD=$WORD\nUSER 1000\nCMD ["sh", "-c", "echo $WORD; exit 7"]\n',
    });
    const project = { folder, change: { kind: 'fix' }, figures: 'sizes' } as const;
    const proof = await prove(project, silent, new AbortController().signal);
    assert.deepEqual(
      failures(proof).flatMap(({ name, state, because }) =>
        state === 'before' ? [`${name}: ${because.split('\n').at(-1)}`] : [],
      ),
      ['_a.b: one', '_A-b: two', 'é: three'],
    );
  });

  it('takes the name of an image for no option', async () => {
    const folder = makeFolder({
      'compose.yaml': 'services:\n  odd:\n    image: "--privileged"\n    command: ["debian:12-slim"]\n',
    });
    const project = { folder, change: { kind: 'fix' }, only: ['odd'] } as const;
    const { units } = await prove(project, silent, new AbortController().signal);
    const { before } = units[0] ?? {};
    assert.ok(before?.kind === 'failed');
    assert.match(before.because, /invalid reference format/);
  });

  it('passes over a FIFO and a socket of the project, and says so once', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = makeFolder({ Dockerfile: DOCKERFILE, 'main.py': SERVER });
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    const server = createServer().listen(join(folder, 'socket'));
    const said: string[] = [];
    try {
      const proof = await prove(
        { folder, change: { kind: 'fix' }, figures: 'sizes' },
        message => said.push(message),
        new AbortController().signal,
      );
      assert.deepEqual(failures(proof), []);
    } finally {
      server.close();
    }
    assert.deepEqual(
      said.filter(message => message.startsWith('left out')),
      ['left out of the copies: fifo (is not a file), socket (is not a file)'],
    );
  });

  it('removes what it made when it is cancelled', async () => {
    const folder = makeFolder({ Dockerfile: DOCKERFILE, 'main.py': SERVER });
    const cancelled = new AbortController();
    const progress = (message: string) => {
      if (message.endsWith('before: starting')) cancelled.abort(new Error('enough'));
    };
    await assert.rejects(prove({ folder, change: { kind: 'fix' } }, progress, cancelled.signal));
    assert.equal(await labelled(), '');
    assert.equal(await docker('ps', '--all', '--quiet', '--filter', 'label=plimsoll.prove'), '');
  });
});
