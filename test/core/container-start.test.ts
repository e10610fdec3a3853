import assert from 'node:assert/strict';
import {
  checkTiming,
  durationInWords,
  milliseconds,
} from '../../server/src/core/analysis/health-checks/check-options';
import { startedService } from '../../server/src/core/analysis/services/started-service';
import { containerStart } from '../../server/src/core/dockerfile/container-start';
import { setVariables } from '../../server/src/core/dockerfile/env-edit';
import { exposedPorts } from '../../server/src/core/dockerfile/exposed-ports';
import type { Stage } from '../../server/src/core/dockerfile/model';
import { parseDockerfile } from '../../server/src/core/dockerfile/parse';
import { ofKind } from '../../server/src/core/dockerfile/query';
import { contributingStages } from '../../server/src/core/dockerfile/stage-graph';
import { inlineCode } from '../../server/src/core/shell/inline-code';
import { applyEdits } from '../../server/src/core/text/edit';
import { loadGrammar } from '../support/grammar';

function lastOf(text: string) {
  const file = parseDockerfile('Dockerfile', text);
  const stage = file.stages.at(-1);
  assert.ok(stage);
  return { file, stage };
}

function commandsOf(text: string) {
  const { file, stage } = lastOf(text);
  return containerStart(file, stage).commands.map(({ words }) => words.map(word => word.text).join(' '));
}

describe('what a container starts', () => {
  before(loadGrammar);
  const starts: readonly [title: string, text: string, commands: readonly string[]][] = [
    ['the last CMD', 'FROM a\nCMD ["x"]\nCMD ["y", "1"]\n', ['y 1']],
    ['an inherited CMD', 'FROM a AS b\nCMD ["x"]\nFROM b\n', ['x']],
    ['an ENTRYPOINT with its CMD', 'FROM a\nCMD ["-v"]\nENTRYPOINT ["x"]\n', ['x -v', '-v']],
    [
      'an ENTRYPOINT that drops an inherited CMD',
      'FROM a AS b\nCMD ["x"]\nFROM b\nENTRYPOINT ["y"]\n',
      ['y'],
    ],
    ['a shell-form ENTRYPOINT alone', 'FROM a\nENTRYPOINT x\nCMD ["y"]\n', ['x']],
    ['nothing', 'FROM a\n', []],
  ];
  for (const [title, text, commands] of starts) {
    it(`is ${title}`, () => assert.deepEqual(commandsOf(text), commands));
  }
});

describe('the service that a command starts', () => {
  before(loadGrammar);
  const started = (command: string) => {
    const { file, stage } = lastOf(`FROM a\nCMD ${command}\n`);
    const service = startedService(containerStart(file, stage).commands);
    return service && [service.name, service.program.kind, service.port];
  };
  const services: readonly [command: string, expected: readonly (string | undefined)[] | undefined][] = [
    ['uvicorn main:app --port 80', ['uvicorn', 'server', '80']],
    ['["python3.12", "-m", "uvicorn", "main:app", "--port=81"]', ['uvicorn', 'server', '81']],
    ['gunicorn -b 0.0.0.0:${PORT:-8000} web', ['gunicorn', 'server', '${PORT:-8000}']],
    ['poetry run gunicorn web', ['gunicorn', 'server', undefined]],
    ['alembic upgrade head && exec uvicorn main:app --port $PORT', ['uvicorn', 'server', '$PORT']],
    ['python manage.py runserver 0.0.0.0:9000', ['manage.py', 'server', '9000']],
    ['celery -A web worker', ['celery', 'worker', undefined]],
    ['celery -A web flower --port=5556', ['celery', 'server', '5556']],
    ['/venv/bin/python app.py', ['python', 'runtime', undefined]],
    ['flask --app web run -p 5001', ['flask', 'server', '5001']],
    ['/server --port 80', undefined],
  ];
  for (const [command, expected] of services) {
    it(`is read from ${command}`, () => assert.deepEqual(started(command), expected));
  }

  it('may listen where its command does not tell', () => {
    for (const command of ['gunicorn -c gunicorn.conf.py web', 'uvicorn main:app --uds /run/web.sock']) {
      const { file, stage } = lastOf(`FROM a\nCMD ${command}\n`);
      assert.equal(startedService(containerStart(file, stage).commands)?.listensElsewhere, true, command);
    }
  });
});

describe('the ports that an image exposes', () => {
  const ports = (text: string) => {
    const { file, stage } = lastOf(text);
    return exposedPorts(file, stage).map(({ port, protocol }) => `${port ?? '?'}/${protocol}`);
  };

  it('are those of the stages it is built on, too', () => {
    assert.deepEqual(ports('FROM a AS b\nEXPOSE 80\nFROM b\nEXPOSE 443/tcp 53/UDP\n'), [
      '80/tcp',
      '443/tcp',
      '53/udp',
    ]);
  });

  it('are asked of the container where a variable of its environment tells them', () => {
    assert.deepEqual(ports('FROM a\nENV PORT=80\nEXPOSE ${PORT} 8000-8010 $OTHER\n'), [
      '$PORT/tcp',
      '?/tcp',
      '?/tcp',
    ]);
  });
});

describe('the timing of a health check', () => {
  before(loadGrammar);
  const durations: readonly [text: string, ms: number | undefined][] = [
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['500ms', 500],
    ['0', 0],
    ['30', undefined],
    ['$EVERY', undefined],
  ];
  for (const [text, ms] of durations) it(`reads ${text}`, () => assert.equal(milliseconds(text), ms));

  it('is the default of the engine where nothing is said', () => {
    const { stage } = lastOf('FROM a\nHEALTHCHECK --timeout=5s CMD x\n');
    const [check] = ofKind(stage.instructions, 'HEALTHCHECK');
    assert.ok(check);
    assert.deepEqual(checkTiming(check), { interval: 30_000, timeout: 5000, startPeriod: 0, retries: 3 });
  });

  it('is written as somebody would', () => {
    assert.deepEqual([30_000, 90_000, 120_000, 500, 0].map(durationInWords), [
      '30s',
      '1m30s',
      '2m',
      '500ms',
      '0ms',
    ]);
  });
});

describe('code on a command line', () => {
  before(loadGrammar);
  const modules = (command: string) => {
    const { stage } = lastOf(`FROM a\nCMD ${command}\n`);
    const [cmd] = ofKind(stage.instructions, 'CMD');
    const [first] = cmd?.script.commands ?? [];
    return first && inlineCode(first)?.modules;
  };
  const cases: readonly [command: string, modules: readonly string[] | undefined][] = [
    ['python -c "import os, sys as s; from a.b import c"', ['os', 'sys', 'a']],
    [`python3 -c "__import__('requests').get('x')"`, ['requests']],
    [`node -e "require('node:http'); require('@a/b/c'); import('got')"`, ['http', '@a/b', 'got']],
    ['python app.py -c "import x"', undefined],
    ['python -u -c "import x"', ['x']],
    ['python app.py', undefined],
    ['ruby -e "require 1"', undefined],
  ];
  for (const [command, expected] of cases) {
    it(`is read from ${command}`, () => assert.deepEqual(modules(command), expected));
  }
});

describe('the stages behind an image', () => {
  it('are those that it is built on and those that it takes files from, and no others', () => {
    const { file, stage } = lastOf(
      'FROM a AS tool\nFROM a AS test\nFROM a AS base\nCOPY --from=tool /x /x\nFROM base AS build\nFROM a\nCOPY --from=build /y /y\n',
    );
    assert.deepEqual(
      contributingStages(file, stage).map((it: Stage) => it.name),
      ['tool', 'base', 'build', undefined],
    );
  });
});

describe('setting variables in a stage', () => {
  const set = (text: string) => {
    const { file, stage } = lastOf(text);
    return applyEdits(text, [setVariables(file, stage, { B_1: '1', B_2: '2' }, /^B_/)]);
  };
  const cases: readonly [title: string, before: string, after: string][] = [
    ['below the FROM', 'FROM a\nRUN x\n', 'FROM a\nENV B_1=1 \\\n    B_2=2\nRUN x\n'],
    ['apart, as the rest is', 'FROM a\n\nRUN x\n', 'FROM a\n\nENV B_1=1 \\\n    B_2=2\n\nRUN x\n'],
    ['at the end of a file without a line end', 'FROM a', 'FROM a\nENV B_1=1 \\\n    B_2=2'],
    ['behind one of their kind', 'FROM a\nENV B_0=0\nRUN x\n', 'FROM a\nENV B_0=0 B_1=1 B_2=2\nRUN x\n'],
    [
      'not behind the only variable of another kind',
      'FROM a\nENV X=0\n',
      'FROM a\nENV B_1=1 \\\n    B_2=2\nENV X=0\n',
    ],
    ['not in the old form', 'FROM a\nENV B_0 0\n', 'FROM a\nENV B_1=1 \\\n    B_2=2\nENV B_0 0\n'],
    [
      'in the style of several lines',
      'FROM a\nENV X=0 \\\n  Y=1\n',
      'FROM a\nENV X=0 \\\n  Y=1 \\\n  B_1=1 \\\n  B_2=2\n',
    ],
  ];
  for (const [title, before, after] of cases) it(`goes ${title}`, () => assert.equal(set(before), after));
});
