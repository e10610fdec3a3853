import assert from 'node:assert/strict';
import { sizeInWords } from '../../server/src/core/analysis/sizes/evidence';
import { imageGain } from '../../server/src/core/analysis/sizes/image-gain';
import { parseImageRef } from '../../server/src/core/dockerfile/image-ref';
import type { EngineFacts } from '../../server/src/core/project/engine';

const nothing: EngineFacts = { takenAt: 0, images: [] };

function holding(sizes: Readonly<Record<string, number>>): EngineFacts {
  const images = Object.entries(sizes).map(([name, bytes]) => ({
    id: name,
    tags: [name],
    digests: [],
    bytes,
    layers: [],
  }));
  return { takenAt: 1, images };
}

function gain(before: string, after: string, engine = nothing): string | undefined {
  const evidence = imageGain(parseImageRef(before), parseImageRef(after), engine);
  return sizeInWords(evidence);
}

describe('what another base image saves', () => {
  it('is an estimate where the engine estimates one of the two', () => {
    const { takenAt, images } = holding({ 'node:22': 1_100_000_000, 'node:22-slim': 200_000_000 });
    const engine = { takenAt, images: images.map(image => ({ ...image, sizes: 'estimated' as const })) };
    assert.equal(gain('node:22', 'node:22-slim', engine), 'about 900 MB (estimated)');
    assert.equal(gain('node:22', 'node:22-slim', { takenAt, images }), '900 MB (measured)');
  });

  for (const [before, after, expected] of [
    ['golang:1.24', 'gcr.io/distroless/static-debian12', 'about 843 MB (estimated)'],
    ['rust:1.83-bookworm', 'debian:bookworm-slim', 'about 1.5 GB (estimated)'],
    ['maven:3.9-eclipse-temurin-21', 'eclipse-temurin:21-jre', 'about 218 MB (estimated)'],
    ['docker.io/library/node:22', 'node:22-slim', 'about 903 MB (estimated)'],
    ['golang:1.24-alpine', 'gcr.io/distroless/static-debian12', undefined],
    ['rust:1-slim', 'debian:bookworm-slim', undefined],
    ['debian:bookworm-slim', 'eclipse-temurin:21-jre', undefined],
    ['example.com/our/golang:1.24', 'debian:bookworm-slim', undefined],
    ['example.com/own', 'debian:bookworm-slim', undefined],
  ] as const) {
    it(`${before} → ${after}: ${expected ?? 'nobody knows, or nothing'}`, () => {
      assert.equal(gain(before, after), expected);
    });
  }

  it('is measured where the engine holds both, by whatever name', () => {
    const engine = holding({ 'golang:1.24': 900_000_000, 'debian:bookworm-slim': 80_000_000 });
    assert.equal(gain('docker.io/library/golang:1.24', 'debian:bookworm-slim', engine), '820 MB (measured)');
  });

  it('is nothing where the engine says that it weighs more', () => {
    assert.equal(gain('a:1', 'b:1', holding({ 'a:1': 1, 'b:1': 2 })), undefined);
  });
});
