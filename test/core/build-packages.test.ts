import assert from 'node:assert/strict';
import { aptBuildWeight } from '../../server/src/core/analysis/sizes/apt-build-weight';
import { parseImageRef } from '../../server/src/core/dockerfile/image-ref';
import { buildPackage } from '../../server/src/core/knowledge/build-packages';
import { runtimeLibraries } from '../../server/src/core/knowledge/debian-headers';
import { debianReleases } from '../../server/src/core/knowledge/debian-releases';

function libraries(image: string, devPackage: string) {
  return runtimeLibraries(devPackage, debianReleases(parseImageRef(image)));
}

describe('build packages', () => {
  it('names the runtime library of a release', () => {
    assert.deepEqual(libraries('python:3.11-slim-bookworm', 'libffi-dev'), ['libffi8']);
    assert.deepEqual(libraries('python:3.11-slim-bullseye', 'libffi-dev'), ['libffi7']);
    assert.deepEqual(libraries('docker.io/library/debian:13-slim', 'libssl-dev'), ['libssl3t64']);
  });

  it('names the library for a moving tag where the releases that it may be agree', () => {
    assert.deepEqual(libraries('python:3.11-slim', 'libpq-dev'), ['libpq5']);
    assert.deepEqual(libraries('python:3.11-slim', 'libssl-dev'), ['libssl3']);
    assert.equal(libraries('python:3.11-slim', 'libicu-dev'), undefined);
  });

  it('names none for what is not Debian, for old images and for unknown packages', () => {
    assert.equal(libraries('python:3.11-alpine', 'libpq-dev'), undefined);
    assert.equal(libraries('python:3.5-slim', 'libffi-dev'), undefined);
    assert.equal(libraries('example.com/team/base:1', 'libpq-dev'), undefined);
    assert.equal(libraries('debian:12', 'libnothing-dev'), undefined);
  });

  it('tells compilers, build programs and headers from the rest', () => {
    assert.equal(buildPackage('apt', 'gcc-12')?.kind, 'compiler');
    assert.equal(buildPackage('apt', 'make')?.kind, 'build-program');
    assert.equal(buildPackage('apt', 'libwhatever-dev')?.kind, 'headers');
    assert.equal(buildPackage('apk', 'musl-dev')?.kind, 'headers');
    assert.equal(buildPackage('dnf', 'libpq-devel')?.kind, 'headers');
    assert.equal(buildPackage('apt', 'curl'), undefined);
    assert.equal(buildPackage('apk', 'constructor'), undefined);
    assert.equal(buildPackage('apt', 'constructor'), undefined);
  });

  it('counts what compilers share once, and all headers', () => {
    assert.equal(aptBuildWeight(['gcc', 'g++'])?.bytes, 258e6);
    assert.equal(aptBuildWeight(['gcc', 'libffi-dev'])?.bytes, 180e6 + 300_000);
    assert.equal(aptBuildWeight(['libunheardof-dev']), undefined);
  });
});
