import assert from 'node:assert/strict';
import {
  compareReleases,
  installing,
  pythonTag,
} from '../../server/src/core/analysis/installs/prebuilt-wheels';
import { readRequirement } from '../../server/src/core/manifests/requirements';

function installed(written: string, python: string | undefined, libc: 'glibc' | 'musl' = 'glibc'): string {
  const requirement = readRequirement(written);
  assert.equal(requirement.kind, 'named');
  const result = requirement.kind === 'named' && installing(requirement, pythonTag(python), libc);
  if (!result) return '';
  return result.kind === 'compiles' ? `compiles ${result.packages.join(', ')}` : result.kind;
}

describe('what pip does with a requirement', () => {
  it('finds wheels of packages without compiled code everywhere', () => {
    assert.equal(installed('fastapi==0.115.12', '3.11'), 'wheels');
    assert.equal(installed('Flask', '3.12', 'musl'), 'wheels');
  });

  it('finds the wheels of compiled packages for the Python of the image', () => {
    assert.equal(installed('faiss-cpu==1.11.0', '3.11'), 'wheels');
    assert.equal(installed('numpy==2.2.6', '3.10.4'), 'wheels');
    assert.equal(installed('uvicorn[standard]==0.34.2', '3.11'), 'wheels');
  });

  it('compiles releases that are older than the wheels for this Python', () => {
    assert.equal(installed('numpy==1.21.0', '3.12'), 'compiles numpy');
    assert.equal(installed('numpy==1.26.4', '3.12'), 'wheels');
  });

  it('compiles what has no wheels at all', () => {
    assert.equal(installed('psycopg2==2.9.10', '3.12'), 'compiles psycopg2');
    assert.equal(installed('mysqlclient', undefined), 'compiles mysqlclient');
  });

  it('compiles what comes along without wheels', () => {
    assert.equal(installed('face-recognition', '3.12'), 'compiles dlib, face-recognition-models');
  });

  it('does not know other packages and extras', () => {
    assert.equal(installed('our-own-library', '3.12'), 'unknown');
    assert.equal(installed('flask[ours]', '3.12'), 'unknown');
  });

  it('wants wheels for every Python where the image does not tell its version', () => {
    assert.equal(installed('numpy==1.26.4', undefined), 'compiles numpy');
    assert.equal(installed('cryptography>=44', undefined), 'wheels');
  });
});

describe('releases', () => {
  it('are compared number by number', () => {
    assert.ok(compareReleases('1.10', '1.9') > 0);
    assert.ok(compareReleases('1.7.1.post3', '1.7.1') > 0);
    assert.equal(compareReleases('2.0', '2.0.0'), 0);
  });
});
