import assert from 'node:assert/strict';
import { endpointOf } from '../../server/src/core/analysis/health-checks/probe';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { ofKind, runsOf, stagesThatRun } from '../../server/src/core/dockerfile/query';
import { isMissing } from '../../server/src/core/rules/dockerfile/healthcheck-tool-missing/programs';
import { packageCommand, packageName } from '../../server/src/core/shell/packages';
import { loadGrammar } from '../support/grammar';

function commandsOf(shell: string) {
  const file = parseDockerfile('Dockerfile', `FROM debian\nRUN ${shell}\n`);
  return ofKind(file.instructions, 'RUN').flatMap(run => run.script.commands);
}

describe('packages of the distribution', () => {
  before(loadGrammar);
  const packages: readonly [shell: string, action: string, names: readonly string[]][] = [
    ['apt-get install -y -t stable curl=7.88 libpq5:amd64', 'install', ['curl', 'libpq5']],
    ['apt-get purge -y gcc', 'remove', ['gcc']],
    ["apk add --no-cache -t .deps 'curl~=8' git@edge", 'install', ['curl', 'git']],
    ['apk del .deps', 'remove', ['.deps']],
    ['dnf -y install curl', 'install', ['curl']],
    ['zypper in -y curl', 'install', ['curl']],
  ];
  for (const [shell, action, names] of packages) {
    it(`are read from ${shell}`, () => {
      const read = commandsOf(shell).map(packageCommand)[0];
      assert.equal(read?.action, action);
      assert.deepEqual(read?.packages.map(packageName), names);
    });
  }

  it('are not read from other verbs and programs', () => {
    for (const shell of ['apt-get update', 'apk update', 'pip install curl', 'echo apt-get install curl'])
      assert.equal(commandsOf(shell).map(packageCommand)[0], undefined, shell);
  });
});

describe('a program in an image', () => {
  before(loadGrammar);
  const missing = (text: string) => {
    const file = parseDockerfile('Dockerfile', text);
    const stage = file.stages.at(-1);
    assert.ok(stage);
    return isMissing(file, stage, 'curl');
  };

  it('is missing where the base lacks it and nothing brings it', () => {
    assert.equal(missing('FROM python:3.12-slim\nRUN pip install flask\nCOPY . /app\n'), true);
  });

  it('is missing again once it is removed', () => {
    assert.equal(
      missing('FROM python:3.12-slim\nRUN apt-get install -y curl && apt-get purge -y curl\n'),
      true,
    );
  });

  it('is not said to be missing where anything may have brought it', () => {
    for (const line of [
      'RUN apt-get install -y curl',
      'RUN apt-get install -y $TOOLS',
      'RUN conda install -y curl',
      'RUN ./setup.sh',
      'RUN bash /tmp/install',
      'RUN curl -o x https://example.com',
      'RUN broken (',
      'COPY --from=tools /usr/bin/curl /usr/bin/',
      'COPY --from=tools / /',
      'COPY --from=conda /opt/conda /opt/conda',
      'ADD https://example.com/curl /usr/local/bin/curl',
    ])
      assert.equal(missing(`FROM python:3.12-slim\n${line}\n`), false, line);
  });
});

describe('what a probe asks', () => {
  before(loadGrammar);
  const asks: readonly [shell: string, url: string | undefined][] = [
    ['curl -f http://localhost:8000/health', 'http://127.0.0.1:8000/health'],
    ['curl -fsS -o /dev/null --max-time 3 localhost', 'http://127.0.0.1:80/'],
    ['curl -k https://0.0.0.0/live?full=1', 'https://127.0.0.1:443/live?full=1'],
    ['wget -qO- http://api:${PORT:-80}/', 'http://api:${PORT:-80}/'],
    ['curl -H "Host: x" http://[::1]:9000', 'http://127.0.0.1:9000/'],
    ['nc -z -w 3 127.0.0.1 5432', 'tcp://127.0.0.1:5432'],
    ['curl http://localhost:1 http://localhost:2', undefined],
    ['curl --unix-socket /var/run/x.sock', undefined],
    ['curl http://localhost:PORT/health', undefined],
    ['pgrep celery', undefined],
  ];
  for (const [shell, url] of asks) {
    it(`is read from ${shell}`, () => {
      const command = commandsOf(shell)[0];
      assert.ok(command);
      const endpoint = endpointOf(command);
      assert.equal(endpoint && `${endpoint.scheme}://${endpoint.host}:${endpoint.port}${endpoint.path}`, url);
    });
  }
});

const NO_TARGET = {
  composePath: '',
  service: '',
  context: '',
  dockerfile: '',
  args: new Map(),
  image: undefined,
  project: '',
};

describe('stages that are images of their own', () => {
  before(loadGrammar);
  const text = 'FROM a AS one\nONBUILD RUN x\nRUN y\nFROM one AS two\nFROM b AS three\nFROM two\n';
  const file = () => parseDockerfile('Dockerfile', text);

  it('are the last one and those that a Compose service names', () => {
    const target = { ...NO_TARGET, target: 'THREE' };
    assert.deepEqual(
      stagesThatRun(file(), [target, { ...target, target: undefined }]).map(stage => stage.index),
      [2, 3],
    );
  });

  it('have the RUNs of ONBUILD among theirs', () => {
    const stage = file().stages[0];
    assert.ok(stage);
    assert.deepEqual(
      runsOf(stage).map(run => run.args.text),
      ['x', 'y'],
    );
  });
});

describe('a comment with a = on the first line', () => {
  before(loadGrammar);

  it('is a comment, and only syntax, escape and check are directives', () => {
    const file = parseDockerfile('Dockerfile', '# hadolint ignore=DL3006\nFROM python\n');
    assert.deepEqual(
      file.comments.map(comment => comment.text),
      ['hadolint ignore=DL3006'],
    );
    assert.deepEqual(file.directives, []);
  });
});
