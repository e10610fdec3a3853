import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { docker, requireEngine } from '../../server/src/prove/docker-command';
import { imageFigures, statusOf } from '../../server/src/prove/measure';
import { archiveOfLayers, layerOf } from '../docker/archives';
import { type Answer, type Answers, body, IMAGE, IMAGE_ID, json, withOdd } from '../docker/odd-engine';
import { skipFor } from '../support/engine';

const signal = new AbortController().signal;

/** The docker command asks for the version of the interface that it is told to. */
const API = '1.41';

/** Runs with the docker command pointed at an engine of our own. */
async function withCommand<T>(answers: Answers, use: () => Promise<T>): Promise<T> {
  const versioned = Object.entries(answers).map(([path, answer]) => [`/v${API}${path}`, answer] as const);
  return withOdd({ '/_ping': ping, ...answers, ...Object.fromEntries(versioned) }, async engine => {
    const before = { ...process.env };
    Object.assign(process.env, { DOCKER_HOST: `unix://${engine.path}`, DOCKER_API_VERSION: API });
    delete process.env.DOCKER_CONTEXT;
    try {
      return await use();
    } finally {
      process.env = before;
    }
  });
}

const ping: Answer = response => response.writeHead(200, { 'API-Version': API, OSType: 'linux' }).end('OK');

const rows = (...sizes: readonly number[]) =>
  json(
    sizes.map(Size => ({ Id: '<missing>', CreatedBy: 'RUN x', Size, Created: 1, Tags: null, Comment: '' })),
  );

function shown(size: number): Answer {
  const { Created: _, ...image } = IMAGE;
  const more = {
    Config: { Labels: { 'plimsoll.stand-in': 'true' } },
    RootFS: { Type: 'layers', Layers: ['a', 'b'] },
  };
  return json({
    ...image,
    ...more,
    Size: size,
    Created: '2024-01-02T03:04:05Z',
    Os: 'linux',
    Architecture: 'amd64',
  });
}

const saved = async () => {
  const layers = [[{ name: 'a', text: 'x'.repeat(3000) }], [{ name: 'a', text: 'x'.repeat(20) }]];
  return archiveOfLayers(await Promise.all(layers.map(layerOf)), [{}, {}]);
};

describe('The figures of a proof', function () {
  this.timeout(120_000);

  before(function () {
    const program =
      process.env.PLIMSOLL_DOCKER || (existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker');
    const found = spawnSync(program, ['--version']).status === 0;
    skipFor(this, found ? undefined : 'there is no docker command');
  });

  it('are the engine’s own where its layers add up to the image', async () => {
    const answers = { '/images/odd:1/json': shown(3020), '/images/odd:1/history': rows(20, 0, 3000) };
    const figures = await withCommand(answers, () => imageFigures('odd:1', signal));
    assert.deepEqual(figures, { id: IMAGE_ID, bytes: 3020, layers: 2, standIn: true });
  });

  for (const [title, size, history] of [
    ['the engine counts what is packed, and blocks of the disk in layers', 900, [4096, 8192]],
    ['the engine tells no history', 3020, []],
    ['the engine counts archives and descriptions', 12_000, [5120, 5632]],
  ] as const) {
    it(`are the bytes of files where ${title}`, async () => {
      const answers = {
        '/images/odd:1/json': shown(size),
        '/images/odd:1/history': rows(...history),
        '/images/get': body(await saved()),
      };
      const figures = await withCommand(answers, () => imageFigures('odd:1', signal));
      assert.equal(figures.bytes, 3020);
    });
  }

  it('are missing with the reason where the image cannot be saved', async () => {
    const archive = await saved();
    const failing: Answer = response =>
      response.end(
        Buffer.concat([
          archive.subarray(0, 700),
          Buffer.from('{"errorDetail":{"message":"content not found"}}'),
        ]),
      );
    const answers = {
      '/images/odd:1/json': shown(1),
      '/images/odd:1/history': rows(2),
      '/images/get': failing,
    };
    await assert.rejects(
      withCommand(answers, () => imageFigures('odd:1', signal)),
      { message: 'The engine could not save the whole image: content not found.' },
    );
    const refusing: Answer = response => response.writeHead(500).end('{"message":"no space left"}');
    await assert.rejects(
      withCommand({ ...answers, '/images/get': refusing }, () => imageFigures('odd:1', signal)),
      /docker save -- odd:1 ended with 1:\n.*no space left/,
    );
  });
});

describe('Who builds for a proof', function () {
  this.timeout(120_000);

  const version = (...names: readonly string[]) =>
    json({
      Version: '4.3.1',
      ApiVersion: API,
      MinAPIVersion: '1.24',
      Os: 'linux',
      Arch: 'amd64',
      Components: names.map(Name => ({ Name, Version: '1' })),
    });

  for (const [title, names, builder, sent] of [
    ['Docker’s engine serves BuildKit', ['Engine', 'containerd', 'runc'], 'buildkit', true],
    [
      'podman’s socket does not, so podman builds by itself',
      ['Podman Engine', 'Conmon', 'OCI Runtime (runc)'],
      'engine',
      false,
    ],
  ] as const) {
    it(title, async () => {
      let asksForBuildKit = false;
      const build: Answer = (response, request) => {
        request.resume();
        response.end('{"stream":"Successfully built 0123"}\n');
      };
      const session: Answer = response => {
        asksForBuildKit = true;
        response.writeHead(404).end('{"message":"no sessions"}');
      };
      await withCommand({ '/version': version(...names), '/build': build, '/session': session }, async () => {
        assert.equal(await requireEngine(signal), builder);
        await docker(['build', '--tag', 'x', 'test/support/base-recipes'], signal, undefined, builder).catch(
          () => undefined,
        );
      });
      assert.equal(asksForBuildKit, sent);
    });
  }
});

describe('asking a container by HTTP', () => {
  it('leaves nothing behind of an answer that never ends', async () => {
    const server = createServer((_, response) => {
      response.writeHead(503);
      response.write('starting');
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const stopping = new AbortController();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    let most = 0;
    try {
      for (let round = 0; round < 30; round++) {
        assert.equal(await statusOf(url, stopping.signal), 503);
        most = Math.max(most, getEventListeners(stopping.signal, 'abort').length);
      }
    } finally {
      server.closeAllConnections();
      server.close();
    }
    assert.ok(most <= 5, `${most} listeners wait for the end`);
  });
});
