import assert from 'node:assert/strict';
import { download, emptiesCache } from '../../server/src/core/analysis/layers/downloads';
import { isDownloadKept, keptDownloads } from '../../server/src/core/analysis/layers/kept-downloads';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { ofKind } from '../../server/src/core/dockerfile/query';
import { parseScript } from '../../server/src/core/shell/parse';
import { excerptOf } from '../../server/src/core/text/excerpt';
import { span, textAt } from '../../server/src/core/text/span';
import { loadGrammar } from '../support/grammar';

function command(text: string) {
  const [first] = parseScript(excerptOf(text, span(0, text.length))).commands;
  assert.ok(first, text);
  return first;
}

describe('what downloads packages', () => {
  before(loadGrammar);

  const DOWNLOADS: Readonly<Record<string, readonly [program: string, shown: string] | undefined>> = {
    'pip install -r requirements.txt': ['pip', 'pip install'],
    'python3 -m pip wheel --wheel-dir /w flask': ['pip', 'pip wheel'],
    'pip install -e .': ['pip', 'pip install'],
    'pip install --upgrade pip setuptools': undefined,
    'pip install --no-index -r requirements.txt': undefined,
    'uv sync --frozen': ['uv', 'uv sync'],
    'uv venv': undefined,
    'npm ci --omit=dev': ['npm', 'npm ci'],
    'npm install -g corepack': undefined,
    'npm run build': undefined,
    yarn: ['yarn', 'yarn'],
    'yarn --frozen-lockfile': ['yarn', 'yarn'],
    'yarn build': undefined,
    'pnpm fetch': ['pnpm', 'pnpm fetch'],
    'go mod download': ['go', 'go mod download'],
    'go build -mod=vendor ./...': undefined,
    'go version': undefined,
    'cargo chef prepare': undefined,
    'cargo chef cook --release': ['cargo', 'cargo chef'],
    './mvnw -B package': ['maven', './mvnw'],
    'mvn -o package': undefined,
    'mvn -Dmaven.repo.local=/m2 package': undefined,
    'gradle build --offline': undefined,
    'dotnet publish -c Release': ['nuget', 'dotnet publish'],
    'apt-get install -y git': ['apt', 'apt-get install'],
    'apt-get update': undefined,
  };
  for (const [text, expected] of Object.entries(DOWNLOADS)) {
    it(`\`${text}\` is ${expected ? `of ${expected[0]}` : 'none'}`, () => {
      const found = download(command(text));
      assert.deepEqual(found && [found.program, textAt(text, found.at)], expected);
    });
  }

  it('is told from what empties a cache', () => {
    assert.ok(emptiesCache(command('npm cache clean --force'), 'npm'));
    assert.ok(emptiesCache(command('pip3 cache purge'), 'pip'));
    assert.ok(!emptiesCache(command('npm cache verify'), 'npm'));
    assert.ok(!emptiesCache(command('npm cache clean --force'), 'pip'));
  });
});

describe('where downloads go', () => {
  before(loadGrammar);

  function lastRun(...lines: string[]) {
    const file = parseDockerfile('Dockerfile', `${lines.join('\n')}\n`);
    const run = ofKind(file.stages.at(-1)?.instructions ?? [], 'RUN').at(-1);
    assert.ok(run);
    return { file, run };
  }
  function targets(...lines: string[]): string[] | undefined {
    const { file, run } = lastRun(...lines);
    return keptDownloads(file, run, () => true)?.missing.map(it => it.target);
  }

  const PLACES: Readonly<
    Record<string, readonly [lines: readonly string[], folders: readonly string[] | undefined]>
  > = {
    'the home of root by default': [['FROM python:3.12-slim', 'RUN pip install flask'], ['/root/.cache/pip']],
    'where a variable says': [
      ['FROM python:3.12-slim', 'ENV XDG_CACHE_HOME=/var/cache/', 'RUN pip install flask'],
      ['/var/cache/pip'],
    ],
    'where the image has moved it': [
      ['FROM golang:1.25', 'RUN go build ./...'],
      ['/go/pkg/mod', '/root/.cache/go-build'],
    ],
    'unknown where an image may have moved it': [['FROM debian:12', 'RUN cargo build'], undefined],
    'unknown where a variable has no known value': [
      ['FROM python:3.12-slim', 'ENV PIP_CACHE_DIR=$THERE/pip', 'RUN pip install flask'],
      undefined,
    ],
    'unknown where nobody has looked who runs the image': [
      ['FROM example.com/team/base:1', 'RUN pip install flask'],
      undefined,
    ],
    'unknown where a variable hides what is removed': [
      ['FROM python:3.12-slim', 'RUN pip install flask && rm -rf $CACHES/pip'],
      undefined,
    ],
    'no place left that no mount covers': [
      ['FROM python:3.12-slim', 'RUN --mount=type=cache,target=/root/.cache/ pip install flask'],
      [],
    ],
  };
  for (const [title, [lines, folders]] of Object.entries(PLACES)) {
    it(`is ${title}`, () => assert.deepEqual(targets(...lines), folders));
  }

  it('is a mount where one covers every folder', () => {
    const { file, run } = lastRun(
      'FROM golang:1.25',
      'RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache go build',
    );
    const [build] = run.script.commands;
    assert.ok(build && isDownloadKept(file, run, build));
  });
});
