import assert from 'node:assert/strict';
import { parseCompose } from '../../server/src/core/compose/parse';
import { buildTargets, readEnvFile } from '../../server/src/host/compose-targets';
import { loadGrammar } from '../../server/src/host/grammar';

function targets(path: string, text: string, env = '') {
  return buildTargets('/srv', parseCompose(path, text), readEnvFile(env));
}

describe('What a Compose file builds', () => {
  before(loadGrammar);

  it('takes the short form, relative to the folder of the Compose file', () => {
    assert.deepEqual(targets('deploy/compose.yaml', 'services:\n  api:\n    build: ../api/\n'), [
      {
        composePath: 'deploy/compose.yaml',
        service: 'api',
        context: 'api',
        dockerfile: 'api/Dockerfile',
        target: undefined,
        args: new Map(),
        image: undefined,
        project: 'deploy',
      },
    ]);
  });

  it('takes the long form, the Dockerfile relative to the context', () => {
    const text =
      'services:\n  web:\n    build:\n      context: .\n      dockerfile: docker/web.Dockerfile\n      target: prod\n';
    const [target] = targets('compose.yaml', text);
    assert.equal(target?.context, '.');
    assert.equal(target?.dockerfile, 'docker/web.Dockerfile');
    assert.equal(target?.target, 'prod');
  });

  it('fills variables in from .env and from defaults', () => {
    const text = ['DIR:-x', 'OTHER:-y', 'UNKNOWN']
      .map((name, at) => `  s${at}: {build: "\${${name}}"}`)
      .join('\n');
    const compose = `services:\n${text}\n`;
    assert.deepEqual(
      targets('compose.yaml', compose, 'DIR="from env" # comment\n').map(target => target.context),
      ['from env', 'y'],
    );
  });

  it('takes build arguments in both forms, variables filled in', () => {
    const text = [
      'services:',
      '  map: {build: {context: ., args: {A: "${V:-1}", B: 2, C: "${NOWHERE}", D: , E: }}}',
      '  list: {build: {context: ., args: ["A=${V:-1}", "B=x=y", D, E]}}',
    ].join('\n');
    const [map, list] = targets('compose.yaml', text, 'V=7\nD=from env\n');
    assert.deepEqual(
      [...(map?.args ?? [])],
      [
        ['A', '7'],
        ['B', '2'],
        ['C', undefined],
        ['D', 'from env'],
        ['E', undefined],
      ],
    );
    assert.deepEqual(
      [...(list?.args ?? [])],
      [
        ['A', '7'],
        ['B', 'x=y'],
        ['D', 'from env'],
        ['E', undefined],
      ],
    );
  });

  it('leaves out what is built from elsewhere or inline', () => {
    const text = [
      'services:',
      '  git: {build: "https://example.org/a.git#main"}',
      '  ssh: {build: "git@example.org:a/b.git"}',
      '  hub: {build: github.com/a/b}',
      '  inline: {build: {context: ., dockerfile_inline: "FROM a"}}',
      '  image: {image: redis}',
    ].join('\n');
    assert.deepEqual(targets('compose.yaml', text), []);
  });

  it('names what lies in the root by its path there, also where a path leads out and back in', () => {
    const build = 'build:\n      context: ../..\n      dockerfile: srv/api/Dockerfile\n';
    const [target] = targets('deploy/compose.yaml', `services:\n  api:\n    ${build}`);
    assert.deepEqual([target?.context, target?.dockerfile], ['..', 'api/Dockerfile']);
  });

  it('makes absolute paths relative to the root', () => {
    const [target] = targets('compose.yaml', 'services:\n  a:\n    build: /srv/api\n');
    assert.equal(target?.dockerfile, 'api/Dockerfile');
  });

  it('reads an .env file as Compose does', () => {
    const text = "A=1\n# no\nexport B='two # words'\nC=\nD = x y # z\nbroken line\n";
    assert.deepEqual(
      [...readEnvFile(text)],
      [
        ['A', '1'],
        ['B', 'two # words'],
        ['C', ''],
        ['D', 'x y'],
      ],
    );
  });
});
