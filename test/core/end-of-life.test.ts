import assert from 'node:assert/strict';
import { readDataFile } from '../../scripts/knowledge/data-file';
import { parseImageRef } from '../../server/src/core/dockerfile/image-ref';
import { endedRelease } from '../../server/src/core/knowledge/end-of-life';

describe('the ends of releases', () => {
  it('are each the end of that release', () => {
    const days = {
      'golang:1.9-alpine': '2018-08-24',
      'golang:1.18': '2023-02-01',
      'golang:1.19.13': '2023-09-06',
      'alpine:3.12': '2022-05-01',
      'node:14-alpine3.10': '2023-04-30',
      'python:3.13-alpine3.16': '2024-05-23',
      'php:7.4-cli': '2022-11-28',
      'php:7': '2022-11-28',
      'ubuntu:21.10': '2022-07-14',
      'ubuntu:impish': '2022-07-14',
      'debian:8': '2020-06-30',
      'mysql:8.0.40': '2026-04-30',
    };
    for (const [image, day] of Object.entries(days))
      assert.equal(endedRelease(parseImageRef(image))?.day, day, image);
  });

  it('are none of a newer release, of a tag that moves, and of early access builds', () => {
    const images = [
      'mysql:8',
      'mysql:8.4',
      'php:8',
      'node:24',
      'openjdk:27-rc',
      'golang:latest',
      'ubuntu:noble',
    ];
    for (const image of images) assert.equal(endedRelease(parseImageRef(image)), undefined, image);
  });

  it('come in the order of the releases of a language that ends one at each new one', () => {
    const { rows } = readDataFile('end-of-life');
    const images = rows.images as readonly { names: string[]; releases: Record<string, string> }[];
    const go = images.find(it => it.names.includes('golang'))?.releases ?? {};
    const minors = Object.keys(go).sort((a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1]));
    const days = minors.map(it => go[it] ?? '');
    assert.ok(days.length > 15);
    assert.deepEqual(days, [...new Set(days)].sort());
  });
});
