import assert from 'node:assert/strict';
import { interpolate } from '../../server/src/core/compose/interpolation';
import type { Compose, Service } from '../../server/src/core/compose/model';
import { parseCompose } from '../../server/src/core/compose/parse';
import { entryAt, listItems, scalarAt } from '../../server/src/core/compose/query';
import { textAt } from '../../server/src/core/text/span';
import { loadGrammar } from '../support/grammar';

function parse(text: string): Compose {
  return parseCompose('compose.yaml', text);
}

function service(text: string, name: string): Service {
  const found = parse(text).services.find(it => it.name.text === name);
  assert.ok(found, `no service ${name}`);
  return found;
}

function keys({ node }: Service): string[] {
  return node.entries.map(entry => entry.key.text);
}

describe('the Compose model', () => {
  before(loadGrammar);

  it('reads short and long forms of build alike', () => {
    const text = `services:
  short:
    build: ./api
  long:
    build:
      context: ./api
      dockerfile: Dockerfile.prod
      target: runtime
      args:
        A: 1
        B:
  list:
    build:
      dockerfile_inline: FROM scratch
      args: [A=1, "B", "C=x=y"]
`;
    assert.equal(service(text, 'short').build?.context, './api');
    const long = service(text, 'long').build;
    assert.deepEqual([long?.dockerfile, long?.target, long?.inline], ['Dockerfile.prod', 'runtime', false]);
    assert.deepEqual(
      long?.args.map(it => [it.name, it.value]),
      [
        ['A', '1'],
        ['B', undefined],
      ],
    );
    const list = service(text, 'list').build;
    assert.deepEqual([list?.context, list?.inline], ['.', true]);
    assert.deepEqual(
      list?.args.map(it => [it.name, it.value]),
      [
        ['A', '1'],
        ['B', undefined],
        ['C', 'x=y'],
      ],
    );
  });

  it('reads short and long forms of volumes alike', () => {
    const { volumes } = service(
      `services:
  a:
    volumes:
      - ./src:/src:ro
      - data:/data
      - /anonymous
      - C:\\data:/data
      - \${DIR:-./x}:/x
      - { type: bind, source: ., target: /app, read_only: true }
      - { type: tmpfs, target: /tmp }
`,
      'a',
    );
    assert.deepEqual(
      volumes.map(it => [it.type, it.source, it.target, it.readOnly]),
      [
        ['bind', './src', '/src', true],
        ['volume', 'data', '/data', false],
        ['volume', undefined, '/anonymous', false],
        ['bind', 'C:\\data', '/data', false],
        ['bind', '${DIR:-./x}', '/x', false],
        ['bind', '.', '/app', true],
        ['tmpfs', undefined, '/tmp', false],
      ],
    );
  });

  it('follows aliases, and says which entry is one', () => {
    const text = `x-env: &env { A: 1 }
services:
  a: &a
    image: x
    environment: *env
  b: *a
`;
    const b = service(text, 'b');
    assert.equal(b.entry.aliased, true);
    assert.equal(entryAt(b.node, 'environment')?.aliased, true);
    assert.equal(scalarAt(b.node, 'environment', 'A')?.value, 1);
  });

  it('takes an alias for the last anchor of that name before it', () => {
    const text = 'a: &x one\nb: *x\nc: &x two\nd: *x\n';
    const { root } = parse(text);
    assert.deepEqual([scalarAt(root, 'b')?.text, scalarAt(root, 'd')?.text], ['one', 'two']);
  });

  it('merges keys: own ones win, then the first of a list of merges', () => {
    const text = `x-a: &a { image: a, restart: always }
x-b: &b { image: b, user: app, restart: "no" }
services:
  s:
    <<: [*a, *b]
    image: own
  t:
    restart: on-failure
    <<: *b
`;
    const s = service(text, 's');
    assert.deepEqual(
      ['image', 'restart', 'user'].map(key => scalarAt(s.node, key)?.text),
      ['own', 'always', 'app'],
    );
    assert.deepEqual(
      s.node.entries.map(it => [it.key.text, it.merged]),
      [
        ['image', false],
        ['restart', true],
        ['user', true],
      ],
    );
    assert.deepEqual(
      s.node.merges.map(at => textAt(text, at)),
      ['<<: [*a, *b]'],
    );
    assert.equal(scalarAt(service(text, 't').node, 'restart')?.text, 'on-failure');
  });

  it('merges a mapping that is merged itself', () => {
    const text = `x-a: &a { image: a }
x-b: &b { <<: *a, user: app }
services:
  s: { <<: *b }
`;
    assert.deepEqual(keys(service(text, 's')), ['user', 'image']);
  });

  it('follows extends inside the file, through several services', () => {
    const text = `services:
  a:
    extends: { service: b }
    image: own
  b:
    extends: c
    user: app
  c:
    image: c
    command: run
`;
    const a = service(text, 'a');
    assert.deepEqual(keys(a), ['extends', 'image', 'user', 'command']);
    assert.equal(scalarAt(a.node, 'image')?.text, 'own');
    assert.equal(a.complete, true);
  });

  it('calls a service incomplete that extends what cannot be seen', () => {
    const text = `services:
  far: { extends: { file: base.yaml, service: x }, image: x }
  nowhere: { extends: gone, image: x }
  circle: { extends: circle2, image: x }
  circle2: { extends: circle, image: x }
  through: { extends: far }
`;
    assert.deepEqual(
      parse(text).services.map(it => it.complete),
      [false, false, false, false, false],
    );
  });

  it('keeps the tags that reset and override', () => {
    const text = 'services:\n  a:\n    ports: !reset []\n    build: !override\n      context: .\n';
    const { node } = service(text, 'a');
    assert.deepEqual(
      node.entries.map(it => it.tag),
      ['!reset', '!override'],
    );
    assert.equal(scalarAt(node, 'build', 'context')?.text, '.');
  });

  it('ends a block with its last value, not with the comments behind it', () => {
    const text =
      'services:\n  a:\n    image: x # one\n    # two\n\n  # three\n  b:\n    deploy:\n    # four\n';
    const [a, b] = parse(text).services;
    assert.equal(textAt(text, a?.entry.span ?? { start: 0, end: 0 }), 'a:\n    image: x');
    assert.equal(textAt(text, b?.entry.span ?? { start: 0, end: 0 }), 'b:\n    deploy:');
    assert.deepEqual(
      parse(text).comments.map(it => it.text),
      ['one', 'two', 'three', 'four'],
    );
  });

  it('tells a comment from a # in a string', () => {
    const text = 'a: "x # no"\nb: y#no\nc: |\n  # no\n  z\nd: z # yes\n';
    assert.deepEqual(
      parse(text).comments.map(it => it.text),
      ['yes'],
    );
  });

  it('lists profiles, and the one that stands for a list', () => {
    const text = 'services:\n  a: { profiles: [x, "y"] }\n  b: { image: x }\n';
    assert.deepEqual(service(text, 'a').profiles, ['x', 'y']);
    assert.deepEqual(service(text, 'b').profiles, []);
  });

  it('hands the command to an entrypoint that is a shell', () => {
    const text = `services:
  a:
    entrypoint: ["/bin/sh", "-ec"]
    command: ["pip install x && run"]
`;
    const names = service(text, 'a').command?.script.commands.map(it => it.name);
    assert.deepEqual(names, ['sh', 'pip', 'run']);
  });

  it('interpolates as Compose does', () => {
    const set = new Map([['A', 'a']]);
    assert.equal(interpolate('$A-${A}-${B:-b}-${B-c}-${A:+d}-$$A', set), 'a-a-b-c-d-$A');
    assert.equal(interpolate('${B}', set), undefined);
    assert.equal(interpolate('${B:?needed}', set), undefined);
  });

  it('reads list items through aliases', () => {
    const text = 'x: &p "80:80"\nservices:\n  a:\n    ports: [*p, "81:81"]\n';
    const items = listItems(service(text, 'a').node, 'ports');
    assert.deepEqual(
      items.map(it => it.kind === 'scalar' && it.text),
      ['80:80', '81:81'],
    );
  });
});
