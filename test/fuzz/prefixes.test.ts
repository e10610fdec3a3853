// A file is half-typed most of its life: every prefix of every example file parses and lints without an exception.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_CONFIG } from '../../server/src/core/config';
import { conversions, lint, parseFile } from '../../server/src/core/lint';
import { listFiles } from '../../server/src/host/files';
import { contextFor } from '../support/facts';
import { loadGrammar } from '../support/grammar';

const root = join(__dirname, '../..');

describe('every prefix', () => {
  before(loadGrammar);

  it('of every example file parses and lints', async () => {
    const found = await listFiles(root, ['examples']);
    assert.ok(found.length >= 15, `${found.length} example files`);
    for (const { path, language } of found) {
      const whole = readFileSync(join(root, path), 'utf8');
      for (let end = 1; end <= whole.length; end++) {
        const text = whole.slice(0, end);
        const file = parseFile(language, path, text);
        const context = contextFor(path, { [path]: text });
        lint(file, context, {
          config: DEFAULT_CONFIG,
          onRuleFailure: (id, error) => {
            throw new Error(`${id} threw at character ${end} of ${path}`, { cause: error });
          },
        });
        for (const { offers } of conversions(file, context)) for (const offer of offers) offer.changes();
      }
    }
  }).timeout(300_000);
});
