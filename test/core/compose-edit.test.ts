import assert from 'node:assert/strict';
import {
  addBeforeServices,
  addItem,
  type NewValue,
  removeEntry,
  replaceEntry,
  setAt,
} from '../../server/src/core/compose/edit';
import type { Compose, Mapping } from '../../server/src/core/compose/model';
import { parseCompose } from '../../server/src/core/compose/parse';
import { entryAt, mappingAt, nodeAt } from '../../server/src/core/compose/query';
import { applyEdits, type Edit } from '../../server/src/core/text/edit';
import { loadGrammar } from '../support/grammar';

function crlf(text: string): string {
  return text.replaceAll('\n', '\r\n');
}

function edited(text: string, edit: (file: Compose) => readonly Edit[] | undefined): string | undefined {
  const file = parseCompose('compose.yaml', text);
  const edits = edit(file);
  if (!edits) return undefined;
  const result = applyEdits(text, edits);
  assert.deepEqual(parseCompose('compose.yaml', result).problems, file.problems, result);
  return result;
}

/** Checks an edit with both line ends. */
function check(
  text: string,
  expected: string | undefined,
  edit: (file: Compose) => readonly Edit[] | undefined,
): void {
  assert.equal(edited(text, edit), expected);
  assert.equal(edited(crlf(text), edit), expected === undefined ? undefined : crlf(expected));
}

function own(file: Compose, name = 'a'): Mapping {
  const mapping = mappingAt(file.root, 'services', name);
  assert.ok(mapping);
  return mapping;
}

function set(path: readonly [string, ...string[]], value: NewValue, after?: readonly string[]) {
  return (file: Compose) => setAt(file, own(file), path, value, after);
}

function remove(key: string) {
  return (file: Compose) => {
    const entry = entryAt(own(file), key);
    return entry && removeEntry(file, own(file), entry);
  };
}

describe('edits of a Compose file', () => {
  before(loadGrammar);

  it('add a key behind a sensible neighbour', () => {
    check(
      'services:\n  a:\n    build: . # here\n    # ports\n    ports: ["1:1"]\n',
      'services:\n  a:\n    build: . # here\n    image: x:1\n    # ports\n    ports: ["1:1"]\n',
      set(['image'], 'x:1', ['build']),
    );
  });

  it('add a key behind a neighbour of several lines', () => {
    check(
      'services:\n    a:\n        build:\n            context: .\n            # args\n            args:\n            - A=1\n        # tail\n    b: {}\n',
      'services:\n    a:\n        build:\n            context: .\n            # args\n            args:\n            - A=1\n        image: x\n        # tail\n    b: {}\n',
      set(['image'], 'x', ['build']),
    );
  });

  it('add nested keys in the indentation of the file, without a line end at the end', () => {
    check(
      'services:\n   a:\n      image: x',
      'services:\n   a:\n      image: x\n      deploy:\n         resources:\n            limits:\n               memory: 1g',
      set(['deploy', 'resources', 'limits', 'memory'], '1g'),
    );
  });

  it('leave the empty lines that a scalar keeps to it', () => {
    check(
      'services:\n  a:\n    command: |+\n      run\n\n\n  b: {}\n',
      'services:\n  a:\n    command: |+\n      run\n\n\n    user: y\n  b: {}\n',
      set(['user'], 'y'),
    );
  });

  it('go into keys that are there, in block and in flow style', () => {
    check(
      'services:\n  a:\n    deploy:\n      resources: { limits: { cpus: "1" } }\n    image: x\n',
      'services:\n  a:\n    deploy:\n      resources: { limits: { cpus: "1", memory: 1g } }\n    image: x\n',
      set(['deploy', 'resources', 'limits', 'memory'], '1g'),
    );
  });

  it('write flow mappings in flow style', () => {
    const value = { entries: { driver: 'json-file', options: { entries: { 'max-size': '1m' } } } };
    check(
      'services: {a: {image: x}}\n',
      'services: {a: {image: x, logging: { driver: json-file, options: { max-size: 1m } }}}\n',
      set(['logging'], value),
    );
    check('services: {a: {}}\n', 'services: {a: {image: x}}\n', set(['image'], 'x'));
    check('services: {a: {image: x,}}\n', 'services: {a: {image: x, b: c,}}\n', set(['b'], 'c'));
  });

  it('write flow mappings of several lines line by line', () => {
    check(
      'services:\n  a: {\n    image: x,\n    user: y # me\n  }\n',
      'services:\n  a: {\n    image: x,\n    user: y, # me\n    b: c\n  }\n',
      set(['b'], 'c'),
    );
    check(
      'services:\n  a: {\n    image: x,\n  }\n',
      'services:\n  a: {\n    image: x,\n    b: c,\n  }\n',
      set(['b'], 'c'),
    );
  });

  it('write to a service whose keys come from a merge key', () => {
    check(
      'x: &x\n  image: x\nservices:\n  a:\n    <<: *x # base\n  b: {}\n',
      'x: &x\n  image: x\nservices:\n  a:\n    <<: *x # base\n    user: y\n  b: {}\n',
      set(['user'], 'y'),
    );
    check(
      'x: &x {image: x}\nservices:\n  a: {<<: *x}\n',
      'x: &x {image: x}\nservices:\n  a: {<<: *x, user: y}\n',
      set(['user'], 'y'),
    );
  });

  it('never write into what an anchor or a merge key brings', () => {
    const shared = 'x: &x { deploy: { replicas: 2 } }\nd: &d { replicas: 2 }\nservices:\n';
    check(`${shared}  a:\n    <<: *x\n`, undefined, set(['deploy', 'mode'], 'global'));
    check(`${shared}  a:\n    deploy: *d\n`, undefined, set(['deploy', 'mode'], 'global'));
    check('services:\n  a:\n    image: x\n', undefined, set(['image'], 'y'));
  });

  it('give a value to a key that has none', () => {
    check(
      'services:\n  a:\n    deploy: # later\n    image: x\n',
      'services:\n  a:\n    deploy: # later\n      mode: global\n    image: x\n',
      set(['deploy', 'mode'], 'global'),
    );
    check(
      'services:\n  a:\n    deploy: {}\n',
      'services:\n  a:\n    deploy: { mode: global }\n',
      set(['deploy', 'mode'], 'global'),
    );
    check('services:\n  a:\n    deploy: global\n', undefined, set(['deploy', 'mode'], 'global'));
  });

  it('leave JSON alone', () => {
    check('{"services": {"a": {"image": "x"}}}\n', undefined, set(['user'], 'y'));
  });

  it('remove a pair with its lines, and no comment', () => {
    check(
      'services:\n  a:\n    # of image\n    image: x\n    # of ports\n    ports:\n      - "1:1"\n    # of user\n    user: y\n',
      'services:\n  a:\n    # of image\n    image: x\n    # of ports\n    # of user\n    user: y\n',
      remove('ports'),
    );
    check(
      'services:\n  a:\n    image: x\n    ports: # open\n      # the first\n      - "1:1" # web\n    user: y\n',
      'services:\n  a:\n    image: x\n    # open\n    # the first\n    # web\n    user: y\n',
      remove('ports'),
    );
  });

  it('remove the last pair of a file without a line end', () => {
    check('services:\n  a:\n    image: x\n    user: y', 'services:\n  a:\n    image: x\n', remove('user'));
  });

  it('remove a pair of a flow mapping with its comma', () => {
    check('services: {a: {b: c, d: e, f: g}}\n', 'services: {a: {d: e, f: g}}\n', remove('b'));
    check('services: {a: {b: c, d: e, f: g}}\n', 'services: {a: {b: c, d: e}}\n', remove('f'));
    check('services: {a: {b: c}}\n', 'services: {a: {}}\n', remove('b'));
  });

  it('remove no anchor that is used elsewhere', () => {
    check('services:\n  a:\n    x: &x { y: &y z }\n    b: *y\n', undefined, remove('x'));
    check(
      'services:\n  a:\n    x: { y: &y z, u: *y }\n    b: c\n',
      'services:\n  a:\n    b: c\n',
      remove('x'),
    );
  });

  it('remove nothing that comes from elsewhere', () => {
    check('x: &x { b: c }\nservices:\n  a:\n    <<: *x\n', undefined, remove('b'));
  });

  it('replace a pair by others', () => {
    check(
      'services:\n  a:\n    build:\n      context: . # here\n    user: y\n',
      'services:\n  a:\n    # here\n    image: x\n    pull_policy: never\n    user: y\n',
      file => {
        const entry = entryAt(own(file), 'build');
        return entry && replaceEntry(file, own(file), entry, { image: 'x', pull_policy: 'never' });
      },
    );
  });

  it('add an item to a list as the others are written', () => {
    const add = (file: Compose) => {
      const list = nodeAt(own(file), 'ports');
      return list?.kind === 'list' ? addItem(file, list, '"2:2"') : undefined;
    };
    check(
      'services:\n  a:\n    ports:\n    - "1:1" # one\n    user: y\n',
      'services:\n  a:\n    ports:\n    - "1:1" # one\n    - "2:2"\n    user: y\n',
      add,
    );
    check(
      'services:\n  a:\n    ports:\n      -   target: 1\n          published: 1\n',
      'services:\n  a:\n    ports:\n      -   target: 1\n          published: 1\n      - "2:2"\n',
      add,
    );
    check('services: {a: {ports: ["1:1"]}}\n', 'services: {a: {ports: ["1:1", "2:2"]}}\n', add);
    check('services: {a: {ports: []}}\n', 'services: {a: {ports: ["2:2"]}}\n', add);
  });

  it('write at the top level, above the comment that speaks of the services', () => {
    const add = (file: Compose) => addBeforeServices(file, 'x-b', { anchor: 'b', entries: { c: 'd' } });
    check('services:\n  a: {}\n', 'x-b: &b\n  c: d\n\nservices:\n  a: {}\n', add);
    check(
      'name: n\n\n# ours\nservices:\n    a: {}\n',
      'name: n\n\nx-b: &b\n    c: d\n\n# ours\nservices:\n    a: {}\n',
      add,
    );
    check('# the file\nservices:\n  a: {}\n', '# the file\nx-b: &b\n  c: d\n\nservices:\n  a: {}\n', add);
    check(
      '# plimsoll ignore=all -- x\nservices:\n  a: {}\n',
      'x-b: &b\n  c: d\n\n# plimsoll ignore=all -- x\nservices:\n  a: {}\n',
      add,
    );
    check('{services: {a: {}}}\n', undefined, add);
    check('name: n\n', undefined, add);
  });
});
