import assert from 'node:assert/strict';
import {
  engineAbout,
  errorSaid,
  historyEntries,
  imageEvent,
  inspectedImage,
  listedImages,
} from '../../server/src/docker/answers';
import { DockerError } from '../../server/src/docker/errors';
import { LIMITS } from '../../server/src/docker/limits';
import { describeArchive } from '../../server/src/docker/manifest';

const MEMBERS = [
  ...[
    'Id',
    'RepoTags',
    'RepoDigests',
    'Size',
    'Created',
    'Labels',
    'Config',
    'CreatedBy',
    'Comment',
    'Version',
  ],
  ...[
    'Components',
    'Name',
    'Type',
    'Action',
    'Actor',
    'ID',
    'Layers',
    'manifests',
    'digest',
    'layers',
    'history',
    'Manifests',
    'Kind',
    'ImageData',
    'Unpacked',
    'Content',
    'Platform',
    'Descriptor',
    'GraphDriver',
  ],
  ...['platform', 'os', 'config', 'empty_layer', '__proto__', 'constructor', 'toString', 'length', 'message'],
];
const ABOUT = { name: 'Docker 29.0.0', isPodman: false, platform: 'linux/amd64' };

const LEAVES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e300,
    -0,
    2 ** 53,
    '',
    'x',
    'sha256:ab',
    '<none>:<none>',
    'image',
    'tag',
  ],
  ...['2024-01-02T03:04:05Z', '0001-01-01T00:00:00Z', '1', '\u0000', '\u001b[31m', '\ud800', 'a.json', 'm'],
];

/** The same values in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

function oddValue(next: () => number, depth: number): unknown {
  const pick = <T>(items: readonly T[]) => items[Math.floor(next() * items.length)];
  if (depth === 0 || next() < 0.3) return pick(LEAVES);
  const count = Math.floor(next() * 5);
  if (next() < 0.4) return Array.from({ length: count }, () => oddValue(next, depth - 1));
  const members = Array.from({ length: count }, () => [pick(MEMBERS), oddValue(next, depth - 1)]);
  return JSON.parse(`{${members.map(([name, value]) => `"${name}":${JSON.stringify(value)}`).join(',')}}`);
}

/** Numbers that are counts or moments, texts, and nothing that is undefined. */
function assertSensible(value: unknown): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value) && value >= 0, String(value));
  else if (Array.isArray(value)) value.forEach(assertSensible);
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach(assertSensible);
  else assert.ok(typeof value === 'string' || value === null, String(value));
}

describe('Whatever an engine answers', () => {
  const readers: Readonly<Record<string, (value: unknown) => unknown>> = {
    'the list of images': value => listedImages(value, ABOUT),
    'an image': value => inspectedImage(value, 'x:1', ABOUT),
    'a history': value => historyEntries(value, 'x:1', LIMITS),
    'its name': value => engineAbout(value).name,
    'an event': value => imageEvent(JSON.stringify(value)) ?? null,
    'an error': value => errorSaid(Buffer.from(JSON.stringify(value))),
    'an archive': value => {
      const text = JSON.stringify(value);
      const files = ['manifest.json', 'index.json', 'a.json', 'm', 'blobs/sha256/ab', 'blobs/'];
      return describeArchive(new Map(files.map(name => [name, text])), LIMITS);
    },
  };
  for (const [title, read] of Object.entries(readers)) {
    it(`for ${title}: it is a sensible value or a sentence`, () => {
      const next = random(9);
      for (let round = 0; round < 2_000; round++) {
        const value = oddValue(next, 5);
        try {
          assertSensible(read(value));
        } catch (error) {
          assert.ok(error instanceof DockerError, `${String(error)} for ${JSON.stringify(value)}`);
        }
      }
    });
  }
});
