// What tools leave in a layer, and what RUNs write where: the concepts that several rules share.
import assert from 'node:assert/strict';
import { leftoversOf, removedBy } from '../../server/src/core/analysis/layers/leftovers';
import type { Dockerfile, Run } from '../../server/src/core/dockerfile/model';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { ofKind } from '../../server/src/core/dockerfile/query';
import { madeFiles } from '../../server/src/core/rules/dockerfile/chown-in-own-layer/made-files';
import type { Command } from '../../server/src/core/shell/command';
import { loadGrammar } from '../support/grammar';

function lastRun(text: string): { file: Dockerfile; run: Run; last: Command } {
  const file = parseDockerfile('Dockerfile', text);
  const run = ofKind(file.instructions, 'RUN').at(-1);
  const last = run?.script.commands.at(-1);
  if (!run || !last) throw new Error('no RUN');
  return { file, run, last };
}

describe('leftovers of a layer', () => {
  before(loadGrammar);

  function left(text: string): string[] {
    const { file, run } = lastRun(text);
    return leftoversOf(file, run).map(({ cache, folder }) => `${cache}: ${folder}`);
  }

  it('are in the home folder of who runs the tool', () => {
    assert.deepEqual(left('FROM node\nRUN npm ci\n'), ['npm cache: /root/.npm']);
    assert.deepEqual(left('FROM node\nUSER node:node\nRUN npm ci\n'), ['npm cache: /home/node/.npm']);
    assert.deepEqual(left('FROM node\nENV HOME=/srv\nRUN npm ci\n'), ['npm cache: /srv/.npm']);
  });

  it('are where a variable or an option says', () => {
    assert.deepEqual(left('FROM python\nENV PIP_CACHE_DIR=/c\nRUN pip install a\n'), ['pip cache: /c']);
    assert.deepEqual(left('FROM python\nRUN pip install --cache-dir /c a\n'), ['pip cache: /c']);
    assert.deepEqual(left('FROM python\nRUN pip install --cache-dir "$X" a\n'), []);
  });

  it('are none where the RUN empties the same folder', () => {
    assert.deepEqual(left('FROM node\nUSER node\nRUN npm ci && rm -rf "$HOME/.npm"\n'), []);
    assert.deepEqual(left('FROM node\nENV npm_config_cache=/c\nRUN npm ci && npm cache clean --force\n'), []);
    assert.deepEqual(left('FROM fedora\nRUN dnf install -y git && rm -rf /var/cache/*\n'), []);
    assert.deepEqual(left('FROM fedora\nRUN dnf clean all && dnf install -y git\n'), [
      'dnf cache: /var/cache/dnf',
    ]);
  });

  it('are not what is put into another system’s root', () => {
    assert.deepEqual(left('FROM fedora\nRUN dnf install --installroot=/mnt -y git\n'), []);
    assert.deepEqual(left('FROM alpine\nRUN apk add --root /mnt git\n'), []);
  });

  it('are removed by the tools’ own cleaning where that leads', () => {
    const { file, run, last } = lastRun('FROM node\nUSER node\nRUN npm cache clean --force\n');
    assert.deepEqual(removedBy(file, run, last), ['/home/node/.npm']);
  });
});

describe('what a command makes', () => {
  before(loadGrammar);

  function made(command: string): string[] | undefined {
    const { file, run, last } = lastRun(`FROM python\nWORKDIR /app\nRUN ${command}\n`);
    const files = madeFiles(file, run, last);
    return files && [...files.trees, ...files.folders];
  }

  it('is a virtualenv, node_modules, or the folders that it names', () => {
    assert.deepEqual(made('python3 -m venv --copies .venv'), ['/app/.venv']);
    assert.deepEqual(made('uv sync --frozen'), ['/app/.venv']);
    assert.deepEqual(made('uv venv /opt/venv'), ['/opt/venv']);
    assert.deepEqual(made('npm ci'), ['/app/node_modules']);
    assert.deepEqual(made('mkdir -p logs /data'), ['/app/logs', '/data']);
    assert.deepEqual(made('pip install -t lib flask'), ['/app/lib']);
  });

  it('is nothing of the project for packages of the system, accounts and cleaning', () => {
    for (const command of [
      'apt-get install -y git',
      'useradd app',
      'npm i -g pm2',
      'rm -rf /tmp/x',
      'pip install flask',
    ])
      assert.deepEqual(made(command), [], command);
  });

  it('is not known for programs of the project, redirections, and behind cd', () => {
    for (const command of [
      'npm run build',
      './install.sh',
      'echo a > b',
      'cd web && npm ci',
      'mkdir "$DIR"',
      'uv run x',
    ])
      assert.equal(made(command), undefined, command);
  });
});
