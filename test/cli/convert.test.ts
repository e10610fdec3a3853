import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, removeFolders } from '../support/folders';
import { plimsoll } from '../support/plimsoll';

const SERVICE = (name: string) => `  ${name}:
    image: python:3.12-slim
    working_dir: /src
    command: sh -c "pip install -r requirements.txt && python app.py"
    volumes:
      - ./${name}:/src
`;

const FILES = {
  'compose.yaml': `services:\n${SERVICE('api')}${SERVICE('web')}`,
  'api/requirements.txt': 'flask\n',
  'api/app.py': 'print(1)\n',
  'web/requirements.txt': 'django\n',
  'web/app.py': 'print(2)\n',
};

const convert = (folder: string, ...args: string[]) => plimsoll(folder, ['convert', ...args]);

describe('plimsoll convert', () => {
  afterEach(removeFolders);

  it('prints every file as it would be, and writes nothing', () => {
    const folder = makeFolder(FILES);
    const { code, out } = convert(folder, 'runtime-install-to-image', 'compose.yaml', '--service', 'api');
    assert.equal(code, 0);
    const files: { path: string; text: string }[] = JSON.parse(out).files;
    assert.deepEqual(files.map(it => it.path).sort(), ['.dockerignore', 'Dockerfile.api', 'compose.yaml']);
    const compose = files.find(it => it.path === 'compose.yaml')?.text ?? '';
    assert.ok(compose.endsWith(SERVICE('web')), 'the other service stays as it is');
    assert.equal(readFileSync(join(folder, 'compose.yaml'), 'utf8'), FILES['compose.yaml']);
  });

  it('writes with --write, one service after the other, until there is nothing left', () => {
    const folder = makeFolder(FILES);
    for (const service of ['api', 'web']) {
      assert.equal(
        convert(folder, 'runtime-install-to-image', 'compose.yaml', '--service', service, '--write').code,
        0,
      );
    }
    assert.doesNotMatch(readFileSync(join(folder, 'compose.yaml'), 'utf8'), /pip install/);
    const again = convert(folder, 'runtime-install-to-image', 'compose.yaml');
    assert.equal(again.code, 1);
    assert.match(again.err, /^plimsoll: \S.*\n$/);
  });

  it('asks which service is meant where there are several', () => {
    const { code, err } = convert(makeFolder(FILES), 'runtime-install-to-image', 'compose.yaml');
    assert.equal(code, 2);
    assert.match(err, /--service: api, web/);
  });

  it('says why it is not offered, and exits 1', () => {
    const folder = makeFolder({
      Dockerfile: 'FROM golang:1.23\nCOPY . .\nRUN go build\n',
      '.dockerignore': '.git\n',
    });
    const { code, err } = convert(folder, 'multi-stage-wheels', 'Dockerfile');
    assert.equal(code, 1);
    assert.notEqual(err, '');
  });

  it('lists what is offered, and why the rest is not', () => {
    const { code, out } = convert(makeFolder(FILES), '--list', 'compose.yaml');
    assert.equal(code, 0);
    assert.match(out, /^runtime-install-to-image --service api: /m);
    const dockerfile = makeFolder({ Dockerfile: 'FROM scratch\nCOPY a b\n', a: '' });
    assert.match(convert(dockerfile, '--list', 'Dockerfile').out, /^multi-stage-wheels: not offered: /m);
  });

  it('lists offers first, then near misses, and sums up what is for images of other languages', () => {
    const go = makeFolder({
      Dockerfile: 'FROM golang:1.23\nWORKDIR /app\nCOPY . .\nRUN go build -o /app/s .\nCMD ["/app/s"]\n',
      'go.mod': 'module a\n',
      'main.go': 'package main\n',
    });
    const all = convert(go, '--list', 'Dockerfile').out.trimEnd().split('\n');
    const firstMiss = all.findIndex(line => line.includes(': not offered: '));
    assert.ok(all.slice(0, firstMiss).some(line => line.startsWith('multi-stage-go: ')));
    assert.ok(!all.slice(firstMiss).some(line => /^[\w-]+: (?!not offered)/.test(line)));
    assert.match(
      all.at(-1) ?? '',
      /^not offered for this base image: .*multi-stage-dotnet.*multi-stage-wheels/,
    );
    assert.ok(!all.some(line => /SDK of \.NET|official one of/.test(line)));
  });

  it('exits 2 at a conversion that nobody knows', () => {
    assert.equal(convert(makeFolder(FILES), 'nonsense', 'compose.yaml').code, 2);
  });
});
