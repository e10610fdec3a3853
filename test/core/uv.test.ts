import assert from 'node:assert/strict';
import { uvEnvironment } from '../../server/src/core/analysis/installs/uv-environment';
import { uvProject } from '../../server/src/core/analysis/installs/uv-lock';
import { addCacheMounts } from '../../server/src/core/analysis/layers/cache-mount';
import { runUser } from '../../server/src/core/analysis/privileges/run-user';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { ofKind } from '../../server/src/core/dockerfile/query';
import { parseScript } from '../../server/src/core/shell/parse';
import { fetchesPackages, uncachedOption, uvCommand } from '../../server/src/core/shell/uv';
import { applyEdits } from '../../server/src/core/text/edit';
import { excerptOf } from '../../server/src/core/text/excerpt';
import { span } from '../../server/src/core/text/span';
import { loadGrammar } from '../support/grammar';

function read(text: string) {
  const [command] = parseScript(excerptOf(text, span(0, text.length))).commands;
  return command && uvCommand(command);
}

describe('uv command lines', () => {
  before(loadGrammar);

  const VERBS: Readonly<Record<string, string | undefined>> = {
    'uv sync --frozen': 'sync',
    'uv --no-cache pip install -r pyproject.toml': 'pip install',
    'uv --directory /app pip sync requirements.txt': 'pip sync',
    '/usr/local/bin/uv tool install ruff': 'tool install',
    'UV_NO_CACHE=1 uv venv /opt/venv': 'venv',
    'uv cache clean': 'cache clean',
    'uv --version': undefined,
    'uvicorn main:app': undefined,
  };
  for (const [text, verb] of Object.entries(VERBS)) {
    it(`takes the verb of \`${text}\` for ${verb ?? 'none'}`, () => assert.equal(read(text)?.verb, verb));
  }

  it('tells the files of -r and -c from packages', () => {
    const uv = read(
      'uv pip install -r a.txt --requirements=b.txt -c c.txt "flask[async]>=3" --extra-index-url https://x.example/simple',
    );
    assert.deepEqual(
      uv?.requirements.map(it => it.text),
      ['a.txt', 'b.txt'],
    );
    assert.deepEqual(
      uv?.constraints.map(it => it.text),
      ['c.txt'],
    );
    assert.deepEqual(
      uv?.operands.map(it => it.text),
      ['flask[async]>=3'],
    );
  });

  it('does not take the options of what uv runs for its own', () => {
    for (const text of ['uv run --frozen pytest -n 4 --no-cache', 'uv tool run sphinx-build -n docs out']) {
      const uv = read(text);
      assert.ok(uv && fetchesPackages(uv));
      assert.equal(uncachedOption(uv), undefined);
    }
    const own = read('uv run -n pytest');
    assert.equal(own && uncachedOption(own)?.name, '-n');
  });
});

describe('the user of a RUN', () => {
  before(loadGrammar);

  function userOf(...lines: string[]) {
    const file = parseDockerfile('Dockerfile', [...lines, 'RUN id', ''].join('\n'));
    const run = ofKind(file.stages.at(-1)?.instructions ?? [], 'RUN').at(-1);
    return run && runUser(file, run);
  }

  it('is root where nothing says otherwise', () => {
    assert.deepEqual(userOf('FROM python:3.12-slim'), { home: '/root', uid: undefined, gid: undefined });
    assert.deepEqual(userOf('FROM python:3.12-slim', 'USER app', 'USER root')?.home, '/root');
  });

  it('has the number and the home that the account was made with', () => {
    assert.deepEqual(userOf('FROM debian', 'RUN useradd -u 1001 -g 1002 -d /srv/app app', 'USER app'), {
      home: '/srv/app',
      uid: '1001',
      gid: '1002',
    });
    assert.deepEqual(userOf('FROM alpine', 'RUN adduser -D -u 1000 -h /app web', 'USER web:50'), {
      home: '/app',
      uid: '1000',
      gid: '50',
    });
  });

  it('is the one that comes with the image of Node', () => {
    assert.deepEqual(userOf('FROM node:22-slim', 'USER node'), {
      home: '/home/node',
      uid: '1000',
      gid: '1000',
    });
  });

  it('is unknown without a number or a home', () => {
    assert.equal(userOf('FROM debian', 'RUN useradd app', 'USER app'), undefined);
    assert.equal(userOf('FROM debian', 'USER 1000'), undefined);
    assert.equal(userOf('FROM debian', 'ARG WHO', 'USER $WHO'), undefined);
    assert.equal(userOf('FROM debian', 'ENV HOME=$ELSEWHERE'), undefined);
    assert.equal(userOf('FROM debian', 'ENV HOME=/srv', 'USER 1000')?.home, '/srv');
  });
});

describe('adding a cache mount', () => {
  before(loadGrammar);

  function added(text: string): string | undefined {
    const file = parseDockerfile('Dockerfile', text);
    const [run] = ofKind(file.stages[0]?.instructions ?? [], 'RUN');
    const mounts = [
      { target: '/a', locked: true },
      { target: '/b', owner: { uid: '1', gid: undefined } },
    ];
    const edits = run && addCacheMounts(file, run, mounts);
    return edits && applyEdits(text, edits);
  }

  it('gives each a line where the RUN is written for the shell', () => {
    assert.equal(
      added('FROM a\nRUN make\n'),
      'FROM a\nRUN --mount=type=cache,target=/a,sharing=locked \\\n    --mount=type=cache,target=/b,uid=1 \\\n    make\n',
    );
  });

  it('stays on the line of RUN in the other forms', () => {
    const flags = '--mount=type=cache,target=/a,sharing=locked --mount=type=cache,target=/b,uid=1';
    assert.equal(added('FROM a\nRUN ["make"]\n'), `FROM a\nRUN ${flags} ["make"]\n`);
    assert.equal(added('FROM a\nRUN <<EOF\nmake\nEOF\n'), `FROM a\nRUN ${flags} <<EOF\nmake\nEOF\n`);
    assert.equal(added('FROM a\nRUN \\\n  make\n'), `FROM a\nRUN ${flags} \\\n  make\n`);
    assert.equal(
      added('FROM a\nRUN --network=none \\\n  # why\n  make\n'),
      `FROM a\nRUN --network=none ${flags} \\\n  # why\n  make\n`,
    );
  });

  it('continues lines as the file does', () => {
    assert.match(added('# escape=`\nFROM a\nRUN make\n') ?? '', /sharing=locked `\n {4}--mount/);
  });
});

describe('the environment that uv fills', () => {
  before(loadGrammar);

  function environmentOf(...lines: string[]): string | undefined {
    const file = parseDockerfile('Dockerfile', `${lines.join('\n')}\n`);
    const run = ofKind(file.stages.at(-1)?.instructions ?? [], 'RUN').at(-1);
    const uv = run?.script.commands.flatMap(command => uvCommand(command) ?? []).at(-1);
    return run && uv && uvEnvironment(file, run, uv)?.folder;
  }

  it('is the one that is active', () => {
    assert.equal(
      environmentOf('FROM a', 'ENV VIRTUAL_ENV=/opt/venv', 'RUN uv pip install flask'),
      '/opt/venv',
    );
    assert.equal(
      environmentOf('FROM a', 'WORKDIR /app', 'RUN . venv/bin/activate && uv pip install x'),
      '/app/venv',
    );
  });

  it('is the one that an option names, but not a version of Python', () => {
    assert.equal(environmentOf('FROM a', 'RUN uv pip install --python /v/bin/python3.12 x'), '/v');
    assert.equal(environmentOf('FROM a', 'RUN uv pip install -p 3.12 x'), undefined);
    assert.equal(environmentOf('FROM a', 'RUN uv pip install -p python3.12 x'), undefined);
  });

  it("is the system's where it is told so, if that is an image of Python", () => {
    assert.equal(environmentOf('FROM python:3.12', 'RUN uv pip install --system x'), '/usr/local');
    assert.equal(
      environmentOf('FROM python:3.12', 'ENV UV_SYSTEM_PYTHON=1', 'RUN uv pip install x'),
      '/usr/local',
    );
    assert.equal(environmentOf('FROM debian:12', 'RUN uv pip install --system x'), undefined);
  });

  it('is the .venv that was made in the working folder', () => {
    assert.equal(
      environmentOf('FROM a', 'WORKDIR /app', 'RUN uv venv', 'RUN uv pip install x'),
      '/app/.venv',
    );
    assert.equal(environmentOf('FROM a', 'WORKDIR /app', 'RUN uv pip install x'), undefined);
    assert.equal(
      environmentOf('FROM a', 'WORKDIR /', 'RUN uv venv', 'WORKDIR /app', 'RUN uv pip install x'),
      undefined,
    );
  });

  it('is the one beside the project for uv sync', () => {
    assert.equal(environmentOf('FROM a', 'WORKDIR /app', 'RUN uv sync'), '/app/.venv');
    const elsewhere = ['FROM a', 'ENV UV_PROJECT_ENVIRONMENT=/opt/venv', 'WORKDIR /app'];
    assert.equal(environmentOf(...elsewhere, 'RUN uv sync'), '/opt/venv');
  });
});

describe('a uv project', () => {
  it('is installed as a package where it can be built, unless it says no', () => {
    assert.equal(uvProject('[project]\nname = "a"\n').isPackage, false);
    assert.equal(uvProject('[build-system]\nrequires = []\n').isPackage, true);
    assert.equal(uvProject('[build-system]\nrequires = []\n[tool.uv]\npackage = false\n').isPackage, false);
  });

  it('has local dependencies by path, by workspace and by address', () => {
    const source = (value: string) => uvProject(`[tool.uv.sources]\nlib = ${value}\n`).hasLocalDependencies;
    assert.equal(source('{ path = "../lib" }'), true);
    assert.equal(source('{ workspace = true }'), true);
    assert.equal(source('{ index = "pytorch" }'), false);
    assert.equal(uvProject('[project]\ndependencies = ["a @ file:///a"]\n').hasLocalDependencies, true);
  });
});
