import assert from 'node:assert/strict';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { changeOf, shapes } from '../../scripts/prove/shapes';
import { loadGrammar } from '../../server/src/host/grammar';
import { applyChange } from '../../server/src/prove/change';
import { makeFolder, removeFolders } from '../support/folders';

const corpus = join(__dirname, '../corpus');

describe('the corpus of shapes', () => {
  before(loadGrammar);
  after(removeFolders);

  it('has a shape for every project', () => {
    assert.deepEqual(readdirSync(corpus).sort(), Object.keys(shapes).sort());
  });

  it('holds at least 25 projects', () => {
    assert.ok(Object.keys(shapes).length >= 25);
  });

  for (const [name, shape] of Object.entries(shapes)) {
    it(`${shape.conversion} is offered for ${name}, and not for what it made`, async () => {
      const folder = makeFolder({});
      cpSync(join(corpus, name), folder, { recursive: true });
      const written = await applyChange(folder, changeOf(shape));
      assert.ok(written.length > 0);
      await assert.rejects(applyChange(folder, changeOf(shape)), /is not offered for/);
    });
  }
});
