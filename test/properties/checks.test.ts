// What the property tests look for is found where it is: each check on a rewriting that is wrong in one way.
import assert from 'node:assert/strict';
import { conversions } from '../../server/src/core/conversions/catalog';
import type { Conversion } from '../../server/src/core/rule';
import { chosenBy, isOneIn } from '../support/by-name';
import { loadGrammar } from '../support/grammar';
import { changedMeaning, changedStart } from '../support/kept-meaning';
import { lostComments, needlessEdits, newErrors, newProblems, otherLineEnds } from '../support/rewritten';

const DOCKERFILE = [
  '# syntax=docker/dockerfile:1',
  'FROM --platform=linux/amd64 python:3.12-slim',
  'ARG VERSION=1',
  'ENV MODE=fast',
  'WORKDIR /app',
  '# the code',
  'COPY . .',
  'RUN --mount=type=secret,id=token make-it',
  'EXPOSE 8000',
  'CMD ["python", "main.py"]',
  '',
].join('\n');
const COMPOSE = 'services:\n  web:\n    image: a\n    ports: ["80:80"]\n  db:\n    image: postgres:16\n';

describe('the checks of rewritten files', () => {
  before(loadGrammar);

  for (const [from, to, fault] of [
    ['["python", "main.py"]', 'python main.py', /CMD .* becomes/],
    ['EXPOSE 8000\n', '', /exposed 8000 becomes/],
    ['/app', '/srv', /workdir \/app becomes \/srv/],
    ['MODE=fast', 'MODE=slow', /ENV MODE=fast was removed/],
    ['EXPOSE', 'SHELL ["/bin/bash", "-c"]\nEXPOSE', /SHELL none becomes/],
    ['linux/amd64', 'linux/arm64', /another platform/],
  ] as const) {
    it(`find ${JSON.stringify(to)} in place of ${JSON.stringify(from)}`, () => {
      const faults = changedStart({ Dockerfile: DOCKERFILE }, { Dockerfile: DOCKERFILE.replace(from, to) });
      assert.match(faults.join('\n'), fault);
    });
  }

  for (const [gone, fault] of [
    ['ARG VERSION=1\n', /ARG VERSION=1 was removed/],
    ['--mount=type=secret,id=token ', /secret .* was removed/],
    ['# syntax=docker/dockerfile:1\n', /directive .* was removed/],
    ['COPY . .\n', /the copy .* was removed/],
    ['make-it', /the command make-it was removed/],
  ] as const) {
    it(`find that ${JSON.stringify(gone)} is gone`, () => {
      const after = { Dockerfile: DOCKERFILE.replace(gone, '') };
      assert.match(
        changedMeaning(conversion('multi-stage-venv'), { Dockerfile: DOCKERFILE }, after).join('\n'),
        fault,
      );
    });
  }

  for (const [from, to, fault] of [
    ['80:80', '81:80', /ports of web becomes/],
    ['  db:\n    image: postgres:16\n', '', /the service db was removed/],
    ['image: a\n    ports: ["80:80"]', 'ports: ["80:80"]\n    image: a', /the order of web/],
    ['services:', 'name: x\nservices:', /something beside the services/],
  ] as const) {
    it(`find ${JSON.stringify(to)} in place of ${JSON.stringify(from)}, in Compose files`, () => {
      const [before, after] = [{ 'compose.yaml': COMPOSE }, { 'compose.yaml': COMPOSE.replace(from, to) }];
      assert.match(changedMeaning(conversion('share-one-image'), before, after).join('\n'), fault);
    });
  }

  it('find another program in the image of a service', () => {
    const command = 'command: sh -c "pip install flask && flask run"';
    const before = { 'compose.yaml': `services:\n  web:\n    image: python:3.12-slim\n    ${command}\n` };
    const after = {
      'compose.yaml': 'services:\n  web:\n    build: .\n',
      Dockerfile: 'FROM a\nCMD ["flask", "help"]\n',
    };
    const faults = changedMeaning(conversion('runtime-install-to-image'), before, after);
    assert.match(faults.join('\n'), /web starts flask help in place of flask run/);
  });

  it('find what cannot be read', () => {
    for (const text of ['FRMO a\n', 'FROM a\nRUN if\n', 'FROM a\nRUN <<EOF\necho\n'])
      assert.notDeepEqual(newProblems({ Dockerfile: 'FROM a\n' }, { Dockerfile: text }), [], text);
  });

  it('find new errors', () => {
    const text = 'FROM python:3.12-slim\nHEALTHCHECK CMD curl -f http://localhost:8000\n';
    assert.match(
      newErrors({ Dockerfile: 'FROM python:3.12-slim\n' }, { Dockerfile: text }, []).join(),
      /curl/,
    );
  });

  it('find lost comments and other line ends', () => {
    const crlf = { Dockerfile: 'FROM a\r\n# b\r\n# b\r\n' };
    assert.deepEqual(lostComments(crlf, { Dockerfile: 'FROM a\r\n# b\r\n' }), ['a comment is lost: b']);
    assert.deepEqual(otherLineEnds(crlf, { Dockerfile: 'FROM a\r\n# b\n# b\r\n' }), [
      'Dockerfile has other line ends than before',
    ]);
  });

  it('find edits without a reason, and such as change nothing or rewrite a line', () => {
    const edits = (start: number, end: number, newText: string, because: string) =>
      needlessEdits({ a: 'one\ntwo\n' }, [
        { kind: 'edit', path: 'a', edits: [{ span: { start, end }, newText, because }] },
      ]);
    assert.deepEqual(edits(0, 4, 'ONE\n', 'Louder'), []);
    assert.match(edits(0, 4, 'ONE\n', 'Only ').join(), /without a reason/);
    assert.match(edits(0, 4, 'one\n', 'Same').join(), /no change/);
    assert.match(edits(0, 8, 'one\n2\n', 'Less').join(), /1 lines are rewritten as they were/);
  });
});

function conversion(id: string): Conversion {
  const found = conversions.find(it => it.meta.id === id);
  assert.ok(found, id);
  return found;
}

describe('what is chosen by a name', () => {
  const names = Array.from({ length: 1000 }, (_, number) => `a-rule, case ${number}`);

  it('is the same whatever was chosen before', () => {
    const items = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const alone = names.toReversed().map(name => chosenBy(name, items));
    assert.deepEqual(
      alone.toReversed(),
      names.map(name => chosenBy(name, items)),
    );
    for (const item of items) {
      const times = names.filter(name => chosenBy(name, items) === item).length;
      assert.ok(times > 90 && times < 210, `${item} is chosen ${times} times of 1000`);
    }
  });

  it('is about one in so many', () => {
    const times = names.filter(name => isOneIn(4, name)).length;
    assert.ok(times > 190 && times < 310, `${times} of 1000`);
  });
});
