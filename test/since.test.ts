// Which release a rule or a conversion came with: people read it to know which version they need.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conversions } from '../server/src/core/conversions/catalog';
import { rules } from '../server/src/core/rules/catalog';

const changelog = readFileSync(join(__dirname, '../CHANGELOG.md'), 'utf8');
const released = [...changelog.matchAll(/^## (\d+\.\d+\.\d+)$/gm)].map(match => match[1] ?? '');
const unreleased = /^## Unreleased$([\s\S]*?)(?=^## )/m.exec(changelog)?.[1];

/** What the next release is called: the last one with a higher minor version. */
function nextRelease(): string {
  const [major, minor] = (released[0] ?? '').split('.').map(Number);
  return `${major}.${(minor ?? 0) + 1}.0`;
}

describe('the release that a rule or a conversion came with', () => {
  it('is the version of package.json where nothing newer was released', () => {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'));
    assert.equal(version, released[0]);
  });

  for (const { meta } of [...rules, ...conversions]) {
    it(`is in the changelog: ${meta.id}`, () => {
      if (released.includes(meta.since)) return;
      assert.equal(meta.since, nextRelease(), `it was neither released with ${meta.since} nor will it be`);
      assert.ok(unreleased?.includes(meta.id), `what is unreleased does not name ${meta.id}`);
    });
  }
});
