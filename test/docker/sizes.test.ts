import assert from 'node:assert/strict';
import type { ImageContents } from '../../server/src/docker/contents';
import { type Engine, type EngineImage, openEngine } from '../../server/src/docker/engine';
import { engineFacts } from '../../server/src/docker/facts';
import { type Weighing, weigh } from '../../server/src/docker/weigh';
import { archiveOfLayers, layerOf } from './archives';
import { type Answers, body, IMAGE, IMAGE_ID, json, withOdd } from './odd-engine';

const signal = new AbortController().signal;

/** What Docker 29 says of itself, as far as sizes depend on it. */
const VERSION = { Version: '29.1.0', Os: 'linux', Arch: 'arm64', Components: [{ Name: 'Engine' }] };

function manifest(architecture: string, unpacked: number, content: number, more: object = {}): object {
  return {
    ID: `sha256:${architecture}`,
    Available: true,
    Size: { Content: content, Total: content + unpacked },
    Kind: 'image',
    ImageData: { Platform: { os: 'linux', architecture }, Containers: [], Size: { Unpacked: unpacked } },
    ...more,
  };
}

const attestation = {
  ID: 'sha256:attestation',
  Available: true,
  Size: { Content: 7_000, Total: 7_000 },
  Kind: 'attestation',
  AttestationData: { For: 'sha256:arm64' },
};

interface SizeCase {
  readonly title: string;
  readonly version?: object;
  /** What the engine lists and shows of the image. */
  readonly image: object;
  readonly history?: readonly number[];
  readonly expected: Pick<EngineImage, 'bytes' | 'sizes'>;
  /** In a list, where that tells less. */
  readonly listed?: Pick<EngineImage, 'bytes' | 'sizes'>;
}

const estimated = (bytes: number) => ({ bytes, sizes: 'estimated' }) as const;
const own = { Id: IMAGE_ID, RepoDigests: [`odd@${IMAGE_ID}`] };

const cases: readonly SizeCase[] = [
  {
    title: 'Docker’s own image store counts the bytes of files',
    image: {
      Size: 193_000_000,
      GraphDriver: { Name: 'overlay2', Data: {} },
      RepoDigests: ['odd@sha256:0123'],
    },
    expected: { bytes: 193_000_000 },
  },
  {
    title:
      'The containerd image store counts what is unpacked by the platform, with what is packed beside it',
    image: {
      ...own,
      Size: 253_000_000,
      Manifests: [manifest('arm64', 193_000_000, 60_000_000), attestation],
    },
    expected: estimated(193_000_000),
  },
  {
    title: 'Of several platforms the engine’s own counts, whichever comes first',
    image: {
      ...own,
      Size: 600_000_000,
      Manifests: [
        manifest('amd64', 210_000_000, 70_000_000),
        attestation,
        manifest('arm64', 193_000_000, 60_000_000),
      ],
    },
    expected: estimated(193_000_000),
  },
  {
    title: 'An image of another platform alone counts as it is',
    image: {
      ...own,
      Size: 280_000_000,
      Manifests: [manifest('arm64', 0, 0, { Available: false }), manifest('amd64', 210_000_000, 70_000_000)],
    },
    expected: estimated(210_000_000),
  },
  {
    title: 'Of what was never unpacked only the packed size is known',
    image: { ...own, Size: 60_000_000, Manifests: [manifest('arm64', 0, 60_000_000)] },
    expected: estimated(60_000_000),
  },
  {
    title: 'A store that shows no manifests of one image is asked for its layers',
    image: { ...own, Size: 60_000_000, GraphDriver: { Name: 'overlayfs', Data: null } },
    history: [12_288_000, 0, 180_000_000],
    expected: estimated(192_288_000),
    listed: estimated(60_000_000),
  },
  {
    title: 'Podman counts the archives of layers',
    version: { Version: '4.3.1', Os: 'linux', Arch: 'amd64', Components: [{ Name: 'Podman Engine' }] },
    image: { Size: 5_391_756, VirtualSize: 5_391_756, GraphDriver: { Name: 'overlay', Data: {} } },
    expected: estimated(5_391_756),
  },
];

function answersOf({ version = VERSION, image, history = [] }: SizeCase): Answers {
  const whole = { ...IMAGE, ...image };
  const rows = history.map((Size, index) => ({ CreatedBy: `COPY ${index} /`, Size, Created: 1 }));
  return {
    '/version': json(version),
    '/images/json': json([whole]),
    [`/images/${IMAGE_ID}/json`]: json({ ...whole, Created: '2024-01-02T03:04:05Z' }),
    [`/images/${IMAGE_ID}/history`]: json(rows),
  };
}

function sizeOf(image: EngineImage | undefined): object | undefined {
  return image && { bytes: image.bytes, ...(image.sizes === undefined ? {} : { sizes: image.sizes }) };
}

async function withEngine<T>(
  answers: Answers,
  use: (engine: Engine, asked: readonly string[]) => Promise<T>,
) {
  return withOdd(answers, odd => use(openEngine(odd.endpoint), odd.requests));
}

describe('What an image weighs', function () {
  this.timeout(60_000);

  for (const one of cases) {
    it(one.title, async () => {
      await withEngine(answersOf(one), async engine => {
        const [listed] = await engine.images(signal);
        assert.deepEqual(sizeOf(listed), one.listed ?? one.expected);
        assert.deepEqual(sizeOf(await engine.image(IMAGE_ID, signal)), one.expected);
      });
    });
  }

  it('is asked for with the words that a containerd image store understands', async () => {
    const queries: string[] = [];
    const answers: Answers = {
      '/images/json': (response, request) => {
        queries.push(request.url ?? '');
        json([IMAGE])(response, request);
      },
      [`/images/${IMAGE_ID}/json`]: (response, request) => {
        queries.push(request.url ?? '');
        json(IMAGE)(response, request);
      },
    };
    await withEngine(answers, async (engine, asked) => {
      await engine.images(signal);
      await engine.image(IMAGE_ID, signal);
      assert.deepEqual(queries, ['/images/json?manifests=true', `/images/${IMAGE_ID}/json?manifests=true`]);
      assert.equal(asked.filter(path => path === '/version').length, 1);
    });
  });
});

describe('An image whose history does not fit its layers', function () {
  this.timeout(60_000);

  // Three layers, of which the second is overwritten.
  const layers = [
    [{ name: 'a', text: 'x'.repeat(3000) }],
    [{ name: 'b', text: 'x'.repeat(5000) }],
    [{ name: 'b', text: 'x'.repeat(20) }],
  ];

  async function weighed(config: unknown, answer: unknown, image: object = {}): Promise<Weighing> {
    const archive = await archiveOfLayers(await Promise.all(layers.map(layerOf)), config);
    const shown = json({ ...IMAGE, ...image, Created: '2024-01-02T03:04:05Z' });
    const answers = {
      '/images/odd:1/json': shown,
      [`/images/${IMAGE_ID}/json`]: shown,
      [`/images/${IMAGE_ID}/history`]: json(answer),
      [`/images/${IMAGE_ID}/get`]: body(archive),
    };
    return withEngine(answers, engine => weigh(engine, 'odd:1', undefined, signal));
  }

  const entry = { CreatedBy: 'COPY x /', Size: 3000, Created: 1_700_000_000 };
  const said = { created_by: 'COPY x /' };

  for (const [title, config, answer] of [
    ['there is none', null, null],
    ['it is empty', [], []],
    ['the member is missing', undefined, []],
    ['it has one entry for three layers', [said], [entry]],
    ['it has four entries for three layers', [said, said, said, said], [entry, entry, entry, entry]],
    ['the engine tells none', [said, said, said], null],
    ['the engine tells more than the image has', [said, said, said], [entry, entry, entry, entry]],
  ] as const) {
    it(`${title}: each layer is a row of its own, with all of its bytes`, async () => {
      const weighing = await weighed(config, answer);
      assert.equal(weighing.image.bytes, 8020);
      assert.deepEqual(
        weighing.layers.map(({ index, instruction, bytes, files }) => [index, instruction, bytes, files]),
        [3000, 5000, 20].map((bytes, index) => [index, '(no instruction recorded)', bytes, 1]),
      );
      assert.equal(weighing.waste.bytes, 5000);
      assert.deepEqual(weighing.waste.entries, [
        { path: '/b', bytes: 5000, cause: 'overwritten', by: 2, in: [1] },
      ]);
    });
  }

  it('A history that fits names the layers', async () => {
    const weighing = await weighed(
      [said, { ...said, empty_layer: true }, said, said],
      [entry, entry, entry, entry],
    );
    assert.deepEqual(
      weighing.layers.map(({ instruction, bytes }) => [instruction, bytes]),
      [3000, 3000, 3000, 3000].map(bytes => ['COPY x /', bytes]),
      'the engine counts the bytes of files: its figures are those that are shown elsewhere',
    );
    assert.deepEqual(weighing.waste.entries[0]?.in, [2]);
  });

  it('A history that fits names the layers, and blocks of the disk do not count', async () => {
    const rows = [20, 5000, 0, 3000].map(() => ({ ...entry, Size: 4096 }));
    const weighing = await weighed([said, { ...said, empty_layer: true }, said, said], rows, {
      Manifests: [manifest('arm64', 12_288, 500)],
    });
    assert.deepEqual(
      weighing.layers.map(({ instruction, bytes }) => [instruction, bytes]),
      [3000, 0, 5000, 20].map(bytes => ['COPY x /', bytes]),
    );
    assert.equal(weighing.image.bytes, 8020);
    assert.deepEqual(weighing.waste.entries[0]?.in, [2]);
  });
});

describe('What the rules are told of an image whose layers were read', () => {
  it('is what a weighing says, to the byte', async () => {
    const { parseDockerfile } = await import('../../server/src/core/dockerfile/parse');
    const { loadGrammar } = await import('../support/grammar');
    await loadGrammar();
    const image: EngineImage = {
      id: IMAGE_ID,
      tags: ['odd:1'],
      digests: [],
      bytes: 12_288,
      sizes: 'estimated',
      createdAt: 0,
      labels: {},
    };
    const contents: ImageContents = {
      layers: [{ bytes: 5_021, files: 1, deleted: 0, biggest: [], caches: [] }],
      layerOfEntry: [0],
      waste: { bytes: 0, paths: 0, entries: [], baseBytes: 0 },
      packages: [],
    };
    const built = { dockerfile: parseDockerfile('Dockerfile', 'FROM scratch\nCOPY a /\n') };
    const history = async () => [
      { createdBy: 'COPY a / # buildkit', bytes: 12_288, createdAt: 0, comment: '' },
    ];
    const facts = (read: ImageContents | undefined) =>
      engineFacts(
        [image],
        {
          engine: { history },
          clock: { now: () => 1, wait: async () => undefined },
          builtFrom: async () => built,
          contentsOf: async () => read,
        },
        signal,
      );
    const [unread] = (await facts(undefined)).images;
    assert.deepEqual([unread?.bytes, unread?.sizes, unread?.layers[0]?.bytes], [12_288, 'estimated', 12_288]);
    const [known] = (await facts(contents)).images;
    assert.deepEqual([known?.bytes, known?.sizes, known?.layers[0]?.bytes], [5_021, undefined, 5_021]);
  });
});
