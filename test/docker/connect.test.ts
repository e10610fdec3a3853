import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Surroundings } from '../../server/src/docker/candidates';
import { connect } from '../../server/src/docker/connect';
import { explainFailure } from '../../server/src/docker/errors';

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
