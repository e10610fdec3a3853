import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type Candidates, findCandidates, type Surroundings } from '../../server/src/docker/candidates';
import { formatEndpoint } from '../../server/src/docker/endpoint';

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly platform?: NodeJS.Platform;
  readonly files?: Readonly<Record<string, string>>;
}

function around({ env = {}, platform = 'linux', files = {} }: Given): Surroundings {
  return {
    platform,
    env,
    home: '/home/me',
    uid: platform === 'win32' ? undefined : 1000,
    readText: path => files[path],
  };
}

function places(found: Candidates): string[] {
  if (found.kind === 'declined') return [found.detail];
  const candidates = found.kind === 'named' ? [found.candidate] : found.candidates;
  return candidates.map(({ endpoint }) => formatEndpoint(endpoint));
}

function contextFiles(name: string, host: string, folder = '/home/me/.docker'): Record<string, string> {
  const id = createHash('sha256').update(name).digest('hex');
  return {
    [`${folder}/contexts/meta/${id}/meta.json`]: JSON.stringify({
      Name: name,
      Endpoints: { docker: { Host: host, SkipTLSVerify: false } },
    }),
    [`${folder}/contexts/tls/${id}/docker/ca.pem`]: 'CA',
  };
}

describe('Where an engine is looked for', () => {
  it('Without any setting the usual sockets are tried, the default one first', () => {
    const found = findCandidates(around({ env: { XDG_RUNTIME_DIR: '/run/user/7' } }));
    assert.equal(found.kind, 'usual');
    assert.deepEqual(places(found), [
      '/var/run/docker.sock',
      '/run/user/7/docker.sock',
      '/home/me/.docker/run/docker.sock',
      '/home/me/.docker/desktop/docker.sock',
      '/home/me/.colima/default/docker.sock',
      '/home/me/.orbstack/run/docker.sock',
      '/home/me/.rd/docker.sock',
      '/run/user/7/podman/podman.sock',
      '/run/podman/podman.sock',
    ]);
  });

  it('Without XDG_RUNTIME_DIR the folder of the user under /run/user is tried', () => {
    assert.ok(places(findCandidates(around({}))).includes('/run/user/1000/docker.sock'));
  });

  it('On Windows the pipes are tried', () => {
    const found = findCandidates(around({ platform: 'win32' }));
    assert.equal(places(found)[0], '//./pipe/docker_engine');
  });

  const hosts: readonly (readonly [host: string, place: string])[] = [
    ['unix:///x/y.sock', '/x/y.sock'],
    ['unix://', '/var/run/docker.sock'],
    ['tcp://10.0.0.1:2375', 'tcp://10.0.0.1:2375'],
    ['tcp://build.example', 'tcp://build.example:2375'],
    ['10.0.0.1:99', 'tcp://10.0.0.1:99'],
    ['https://build.example', 'tcp://build.example:2376'],
    ['npipe:////./pipe/other', '//./pipe/other'],
    ['tcp://[::1]:2375', 'tcp://::1:2375'],
    ['ssh://build.example', 'ssh://build.example'],
    ['ssh://me@build.example:2222', 'ssh://me@build.example:2222'],
    ['ssh://me@build.example/run/user/1000/docker.sock', 'ssh://me@build.example/run/user/1000/docker.sock'],
  ];
  for (const [host, place] of hosts) {
    it(`DOCKER_HOST=${host} names ${place} and nothing else`, () => {
      const found = findCandidates(around({ env: { DOCKER_HOST: host, DOCKER_CONTEXT: 'ignored' } }));
      assert.equal(found.kind, 'named');
      assert.deepEqual(places(found), [place]);
    });
  }

  for (const host of [
    'ssh://me:secret@build.example',
    'ssh://-oProxyCommand=x',
    'ssh://-l@build.example',
    'ssh://build.example:99999',
    'ssh://',
    'ftp://x',
    'tcp://a:b:c',
    'tcp://x/y/z',
  ]) {
    it(`DOCKER_HOST=${host} is declined with a reason`, () => {
      const found = findCandidates(around({ env: { DOCKER_HOST: host } }));
      assert.equal(found.kind, 'declined');
      assert.match(places(found).join(), /^DOCKER_HOST is .+: .+\.$/);
    });
  }

  it('DOCKER_TLS_VERIFY takes the certificates of DOCKER_CERT_PATH', () => {
    const found = findCandidates(
      around({
        env: { DOCKER_HOST: 'tcp://h:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/c' },
        files: { '/c/ca.pem': 'CA', '/c/cert.pem': 'CERT', '/c/key.pem': 'KEY' },
      }),
    );
    assert.deepEqual(found.kind === 'named' && found.candidate.endpoint, {
      kind: 'tcp',
      host: 'h',
      port: 2376,
      tls: { ca: 'CA', cert: 'CERT', key: 'KEY', verify: true },
    });
  });

  it('DOCKER_TLS_VERIFY without certificates says where they are missing', () => {
    const env = { DOCKER_HOST: 'tcp://h:2376', DOCKER_TLS_VERIFY: '1' };
    const found = findCandidates(around({ env }));
    assert.equal(found.kind, 'declined');
    assert.match(places(found).join(), /\/home\/me\/\.docker\/ca\.pem/);
  });

  it('The current context of the configuration names the engine', () => {
    const files = {
      '/home/me/.docker/config.json': '{"currentContext":"desktop"}',
      ...contextFiles('desktop', 'unix:///home/me/.docker/desktop.sock'),
    };
    assert.deepEqual(places(findCandidates(around({ files }))), ['/home/me/.docker/desktop.sock']);
  });

  it('DOCKER_CONTEXT goes before the current context, with the context’s own certificates', () => {
    const files = {
      '/cfg/config.json': '{"currentContext":"desktop"}',
      ...contextFiles('build', 'tcp://b:2376', '/cfg'),
    };
    const found = findCandidates(around({ env: { DOCKER_CONTEXT: 'build', DOCKER_CONFIG: '/cfg' }, files }));
    assert.deepEqual(found.kind === 'named' && found.candidate, {
      source: 'the Docker context "build"',
      endpoint: {
        kind: 'tcp',
        host: 'b',
        port: 2376,
        tls: { ca: 'CA', cert: undefined, key: undefined, verify: true },
      },
    });
  });

  it('The context "default" means the usual sockets', () => {
    assert.equal(findCandidates(around({ env: { DOCKER_CONTEXT: 'default' } })).kind, 'usual');
  });

  it('A context that does not exist is declined', () => {
    const found = findCandidates(around({ env: { DOCKER_CONTEXT: 'gone' } }));
    assert.equal(found.kind, 'declined');
    assert.match(places(found).join(), /"gone" does not exist/);
  });

  it('A configuration that cannot be read as JSON is passed over', () => {
    const files = { '/home/me/.docker/config.json': '{"currentContext":' };
    assert.equal(findCandidates(around({ files })).kind, 'usual');
  });
});
