// A proof changes copies. What links in them lead to belongs to somebody.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyChange } from '../../server/src/prove/change';
import { changeOneLine } from '../../server/src/prove/source-line';
import { makeFolder, removeFolders } from '../support/folders';
import { loadGrammar } from '../support/grammar';

const BAD = 'FROM python:3.12-slim\nRUN pip install flask\nUSER 1000\n';

describe('what a proof writes', () => {
  before(loadGrammar);
  afterEach(removeFolders);

  it('is a line of a source file of the copy', async () => {
    const copy = makeFolder({ 'app/main.py': 'print(1)\n', 'index.html': '<p>\n' });
    assert.ok(await changeOneLine(copy, 'app/main.py', 'mark'));
    assert.ok(await changeOneLine(copy, 'index.html', 'mark'));
    assert.equal(readFileSync(join(copy, 'app/main.py'), 'utf8'), 'print(1)\n\n# one line changed: mark\n');
    assert.equal(readFileSync(join(copy, 'index.html'), 'utf8'), '<p>\n<!-- one line changed: mark -->\n');
  });

  it('is never what a link in the copy leads to outside of it', async () => {
    const project = makeFolder({ 'main.py': 'print(1)\n', Dockerfile: BAD });
    const copy = makeFolder();
    for (const path of ['main.py', 'Dockerfile']) symlinkSync(join(project, path), join(copy, path));
    symlinkSync(join(project, 'made'), join(copy, '.dockerignore'));
    assert.equal(await changeOneLine(copy, 'main.py', 'mark'), false);
    assert.deepEqual(await applyChange(copy, { kind: 'fix' }), []);
    assert.equal(readFileSync(join(project, 'main.py'), 'utf8'), 'print(1)\n');
    assert.equal(readFileSync(join(project, 'Dockerfile'), 'utf8'), BAD);
    assert.deepEqual(readdirSync(project).sort(), ['Dockerfile', 'main.py']);
  });

  it('leaves a file alone that is not UTF-8', async () => {
    const copy = makeFolder();
    const bytes = Buffer.from('# caf\xe9\n', 'latin1');
    writeFileSync(join(copy, 'main.py'), bytes);
    assert.equal(await changeOneLine(copy, 'main.py', 'mark'), false);
    assert.deepEqual(readFileSync(join(copy, 'main.py')), bytes);
  });
});
