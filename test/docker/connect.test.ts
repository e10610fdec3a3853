import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCandidates, type Surroundings } from '../../server/src/docker/candidates';
import { connect, ownSurroundings } from '../../server/src/docker/connect';
import { explainFailure } from '../../server/src/docker/errors';
import { LIMITS } from '../../server/src/docker/limits';

const signal = new AbortController().signal;

function withHost(host: string): Surroundings {
  return {
    platform: process.platform,
    env: { DOCKER_HOST: host },
    home: '/nowhere',
    uid: 1000,
    readText: () => undefined,
  };
}

describe('Connecting, where there is no engine', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plimsoll-connect-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('A socket that does not exist is no engine', async () => {
    const connection = await connect(withHost(`unix://${folder}/none.sock`), signal);
    assert.equal(connection.kind === 'unavailable' && connection.reason, 'no-engine');
    assert.match(connection.kind === 'unavailable' ? connection.detail : '', /none\.sock \(DOCKER_HOST\)/);
  });

  it('A port on which nobody listens is an engine that is not running', async () => {
    const server = createServer();
    const port = await listening(server);
    await closed(server);
    const connection = await connect(withHost(`tcp://127.0.0.1:${port}`), signal);
    assert.equal(connection.kind === 'unavailable' && connection.reason, 'not-running');
  });

  it('A web server that is no engine is told apart', async () => {
    const server = createServer((_, response) => response.writeHead(404).end('<html>'));
    const port = await listening(server);
    const connection = await connect(withHost(`tcp://127.0.0.1:${port}`), signal);
    await closed(server);
    assert.equal(connection.kind === 'unavailable' && connection.reason, 'failed');
  });

  it('A web server that answers everything is no engine either', async () => {
    const server = createServer((_, response) => response.end('hello'));
    const port = await listening(server);
    const connection = await connect(withHost(`tcp://127.0.0.1:${port}`), signal);
    await closed(server);
    assert.equal(connection.kind === 'unavailable' && connection.reason, 'failed');
  });

  it('Where the usual places are empty, the sentence says what to do', async () => {
    const around = { ...withHost(''), env: { XDG_RUNTIME_DIR: folder }, platform: 'win32' as const };
    const connection = await connect(around, signal);
    assert.equal(connection.kind === 'unavailable' && connection.reason, 'no-engine');
    assert.match(connection.kind === 'unavailable' ? connection.detail : '', /Install Docker or Podman/);
  });

  for (const [title, make] of [
    ['a pipe into which nobody writes', (path: string) => void execFileSync('mkfifo', [path])],
    ['an endless device', (path: string) => symlinkSync('/dev/zero', path)],
    ['a folder', (path: string) => mkdirSync(path)],
    [
      'larger than any',
      (path: string) => writeFileSync(path, `{"currentContext":"x"}${' '.repeat(2 ** 20)}`),
    ],
    ['no JSON', (path: string) => writeFileSync(path, Buffer.from([0xff, 0x00, 0x7b]))],
    ['a link to itself', (path: string) => symlinkSync('config.json', path)],
    ['odd JSON', (path: string) => writeFileSync(path, '{"currentContext":["x"]}')],
  ] as const) {
    it(`A configuration that is ${title} is passed over, without waiting`, async function () {
      if (process.platform === 'win32') this.skip();
      const config = await mkdtemp(join(folder, 'config-'));
      make(join(config, 'config.json'));
      const around = { ...ownSurroundings(), env: { DOCKER_CONFIG: config } };
      assert.equal(findCandidates(around).kind, 'usual');
    });
  }

  it('The meta of a context that is a pipe is no context', async function () {
    if (process.platform === 'win32') this.skip();
    const config = await mkdtemp(join(folder, 'config-'));
    const id = createHash('sha256').update('odd').digest('hex');
    mkdirSync(join(config, 'contexts/meta', id), { recursive: true });
    execFileSync('mkfifo', [join(config, 'contexts/meta', id, 'meta.json')]);
    const around = { ...ownSurroundings(), env: { DOCKER_CONFIG: config, DOCKER_CONTEXT: 'odd' } };
    assert.equal(findCandidates(around).kind, 'declined');
  });

  for (const host of [
    'unix:///a\u0000b',
    `unix:///${'x'.repeat(200)}`,
    'tcp://x:0',
    'tcp://x:70000',
    'tcp://a b',
    '\u0000',
    'tcp://\n',
  ]) {
    it(`A context with the address ${JSON.stringify(host).slice(0, 30)} ends with a sentence`, async () => {
      const connection = await connect(withHost(host), signal, { ...LIMITS, search: 2_000 });
      assert.ok(
        connection.kind === 'unavailable' && /[.!]$/.test(connection.detail),
        JSON.stringify(connection),
      );
    });
  }

  it('What the environment says of another engine does not matter to one that is named', async () => {
    const before = { ...process.env };
    Object.assign(process.env, { DOCKER_HOST: 'tcp://[', DOCKER_CERT_PATH: '/nowhere' });
    try {
      const connection = await connect(withHost(`unix://${folder}/none.sock`), signal);
      assert.equal(connection.kind === 'unavailable' && connection.reason, 'no-engine');
    } finally {
      process.env = before;
    }
  });

  it('A request that is withdrawn connects to nothing', async () => {
    await assert.rejects(connect(withHost(`unix://${folder}/none.sock`), AbortSignal.abort()));
  });

  it('A socket that this user may not open is a matter of permission', () => {
    const error = Object.assign(new Error('connect EACCES'), { code: 'EACCES' });
    const candidate = {
      endpoint: { kind: 'unix', path: '/var/run/docker.sock' },
      source: 'the default socket',
    } as const;
    const { reason, detail } = explainFailure(candidate, error);
    assert.equal(reason, 'permission-denied');
    assert.match(detail, /`docker` group/);
  });
});

function listening(server: Server): Promise<number> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
