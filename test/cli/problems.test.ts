// A file with an error is no clean file: check says so, and nothing is written into it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, removeFolders } from '../support/folders';
import { plimsoll } from '../support/plimsoll';

const BROKEN: Readonly<Record<string, string>> = {
  Dockerfile: 'FROM python:3.12-slim\nRUN apt-get update && apt-get install -y git\nCOYP . .\n',
  'compose.yaml':
    'version: "3"\nservices:\n  web:\n    image: python:3.12-slim\n    command: sh -c "pip install flask && flask run"\n  web:\n    image: b\n',
  'pyproject.toml': '[project\nname = "a"\n',
};

describe('files with errors', () => {
  afterEach(removeFolders);

  it('are errors of check', () => {
    const { code, out } = plimsoll(makeFolder(BROKEN), ['check', ...Object.keys(BROKEN), '--format', 'json']);
    assert.equal(code, 1);
    const files: { path: string; diagnostics: { rule: string; severity: string }[] }[] =
      JSON.parse(out).files;
    const errors = files.flatMap(({ path, diagnostics }) =>
      diagnostics.filter(it => it.severity === 'error').map(it => `${path}: ${it.rule}`),
    );
    assert.deepEqual(errors.sort(), [
      'Dockerfile: unknown-instruction',
      'compose.yaml: syntax-error',
      'pyproject.toml: syntax-error',
    ]);
  });

  it('are changed neither by fix nor by a conversion, which says why', () => {
    const folder = makeFolder(BROKEN);
    plimsoll(folder, ['fix', '.', '--unsafe']);
    for (const [path, text] of Object.entries(BROKEN))
      assert.equal(readFileSync(join(folder, path), 'utf8'), text, path);
    const { code, err } = plimsoll(folder, ['convert', 'multi-stage-venv', 'Dockerfile', '--write']);
    assert.equal(code, 1);
    assert.match(err, /Dockerfile has an error: unknown instruction COYP: did you mean COPY\?/);
    const list = plimsoll(folder, ['convert', '--list', 'compose.yaml']).out;
    for (const line of list.trim().split('\n'))
      assert.match(line, /: not offered: compose.yaml has an error: the key web is set twice .* \(line 6\)$/);
  });

  it('keep the fixes of the other files going', () => {
    const folder = makeFolder({
      ...BROKEN,
      'b/Dockerfile': 'FROM alpine:3.22\nRUN apk update && apk update && apk add git\n',
    });
    assert.notEqual(plimsoll(folder, ['fix', '.']).code, 2);
    assert.match(readFileSync(join(folder, 'b/Dockerfile'), 'utf8'), /^RUN apk add --no-cache git$/m);
  });
});
