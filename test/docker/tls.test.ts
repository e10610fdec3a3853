import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, ownSurroundings } from '../../server/src/docker/connect';

const signal = new AbortController().signal;

describe('An engine behind TLS', () => {
  let folder: string;
  before(function () {
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-tls-'));
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem'];
    const subject = ['-days', '2', '-subj', '/CN=plimsoll', '-addext', 'subjectAltName=IP:127.0.0.1'];
    try {
      execFileSync('openssl', [...args, ...subject], { cwd: folder, stdio: 'ignore' });
      execFileSync('cp', ['cert.pem', 'ca.pem'], { cwd: folder });
    } catch {
      this.skip();
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  async function connectionWith(env: Readonly<Record<string, string>>) {
    const [key, cert] = ['key.pem', 'cert.pem'].map(name => readFileSync(join(folder, name)));
    const server = createServer(
      { key, cert, ca: cert, requestCert: true, rejectUnauthorized: true },
      (_, response) => response.end('{"Version":"27.0.0"}'),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const around = { ...ownSurroundings(), env: { DOCKER_HOST: `tcp://127.0.0.1:${port}`, ...env } };
    const connection = await connect(around, signal);
    server.close();
    return connection;
  }

  it('is reached with the certificates that DOCKER_CERT_PATH names', async () => {
    const connection = await connectionWith({ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder });
    assert.equal(connection.kind === 'connected' && connection.name, 'Docker 27.0.0');
  });

  it('without a certificate of one’s own is refused with a sentence', async () => {
    const connection = await connectionWith({ DOCKER_TLS: '1', DOCKER_CERT_PATH: '/nowhere' });
    assert.ok(
      connection.kind === 'unavailable' && /[.]$/.test(connection.detail),
      JSON.stringify(connection),
    );
  });

  it('spoken to without TLS is refused with a sentence', async () => {
    const connection = await connectionWith({});
    assert.ok(
      connection.kind === 'unavailable' && /[.]$/.test(connection.detail),
      JSON.stringify(connection),
    );
  });
});
