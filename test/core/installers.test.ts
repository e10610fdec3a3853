import assert from 'node:assert/strict';
import { installersOf } from '../../server/src/core/analysis/installs/installers';
import { contextFor } from '../support/facts';
import { loadGrammar } from '../support/grammar';

function dockerfilesThatInstall(manifest: string, files: Record<string, string>): string[] {
  const { workspace } = contextFor(manifest, files);
  return installersOf(manifest, workspace).map(it => it.dockerfile.path);
}

const IMAGE = (copy: string, install: string) =>
  `FROM python:3.12-slim\nWORKDIR /app\n${copy}\nRUN ${install}\n`;

describe('which images install a manifest', () => {
  before(loadGrammar);

  it('follows a COPY of the file, of its folder and of the whole context', () => {
    for (const copy of [
      'COPY api/requirements.txt .',
      'COPY api/ ./',
      'COPY api/requirements.txt /app/requirements.txt',
      'COPY api/requirements.txt /app',
    ]) {
      const files = {
        Dockerfile: IMAGE(copy, 'pip install -r requirements.txt'),
        'api/requirements.txt': 'torch\n',
      };
      assert.deepEqual(dockerfilesThatInstall('api/requirements.txt', files), ['Dockerfile'], copy);
    }
    const whole = {
      Dockerfile: IMAGE('COPY . .', 'pip install -r api/requirements.txt'),
      'api/requirements.txt': 'torch\n',
    };
    assert.deepEqual(dockerfilesThatInstall('api/requirements.txt', whole), ['Dockerfile']);
  });

  it('follows -r into other files, but not -c', () => {
    const files = {
      Dockerfile: IMAGE('COPY . .', 'pip install -r requirements.txt'),
      'requirements.txt': '-r base/requirements.txt\n-c pins-requirements.txt\n',
      'base/requirements.txt': 'numpy\n',
      'pins-requirements.txt': 'numpy==2\n',
    };
    assert.deepEqual(dockerfilesThatInstall('base/requirements.txt', files), ['Dockerfile']);
    assert.deepEqual(dockerfilesThatInstall('pins-requirements.txt', files), []);
  });

  it('takes the context that the Compose service names', () => {
    const files = {
      'compose.yaml':
        'services:\n  api:\n    build:\n      context: .\n      dockerfile: docker/Dockerfile\n',
      'docker/Dockerfile': IMAGE('COPY requirements.txt .', 'pip install -r requirements.txt'),
      'docker/requirements.txt': 'black\n',
      'requirements.txt': 'torch\n',
    };
    assert.deepEqual(dockerfilesThatInstall('requirements.txt', files), ['docker/Dockerfile']);
    assert.deepEqual(dockerfilesThatInstall('docker/requirements.txt', files), []);
  });

  it('knows uv sync, poetry, pipenv, an install of the project, and bind mounts', () => {
    const uv = {
      Dockerfile: IMAGE('COPY pyproject.toml uv.lock ./', 'uv sync --frozen'),
      'pyproject.toml': '[project]\n',
    };
    assert.deepEqual(dockerfilesThatInstall('pyproject.toml', uv), ['Dockerfile']);
    const project = { Dockerfile: IMAGE('COPY . .', 'pip install .'), 'pyproject.toml': '[project]\n' };
    assert.deepEqual(dockerfilesThatInstall('pyproject.toml', project), ['Dockerfile']);
    const pipenv = {
      Dockerfile: IMAGE('COPY Pipfile* ./', 'pipenv install --deploy'),
      Pipfile: '[packages]\n',
    };
    assert.deepEqual(dockerfilesThatInstall('Pipfile', pipenv), ['Dockerfile']);
    const mount = {
      Dockerfile:
        'FROM python\nWORKDIR /app\nRUN --mount=type=bind,source=requirements.txt,target=requirements.txt pip install -r requirements.txt\n',
      'requirements.txt': 'torch\n',
    };
    assert.deepEqual(dockerfilesThatInstall('requirements.txt', mount), ['Dockerfile']);
  });

  it('leaves out files that no image installs, and stages that nothing uses', () => {
    const files = {
      Dockerfile: `FROM python AS dev\nCOPY dev-requirements.txt .\nRUN pip install -r dev-requirements.txt\n${IMAGE('COPY requirements.txt .', 'pip install -r requirements.txt')}`,
      'requirements.txt': 'flask\n',
      'dev-requirements.txt': 'black\n',
    };
    assert.deepEqual(dockerfilesThatInstall('dev-requirements.txt', files), []);
  });
});
