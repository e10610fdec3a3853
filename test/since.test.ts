// Which release a rule or a conversion came with: people read it to know which version they need.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPage } from '../scripts/generate/page-file';
import { KINDS, newPair } from '../scripts/new-pair';
import { releasesOf } from '../scripts/releases';
import { conversions } from '../server/src/core/conversions/catalog';
import { rules } from '../server/src/core/rules/catalog';

const root = join(__dirname, '..');
const { released, next, unreleased } = releasesOf(root);

/** What each release came with, for ever: settings and scripts name it. */
const LIST = 'test/support/released-ids.json';
const idsOf: Readonly<Record<string, readonly string[]>> = JSON.parse(readFileSync(join(root, LIST), 'utf8'));
const definitions = [...rules, ...conversions];

describe('the release that a rule or a conversion came with', () => {
  it('is the version of package.json where nothing newer was released', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    assert.equal(version, released[0]);
  });

  it('is one whose ids are listed', () => {
    const missing = released.filter(version => !idsOf[version]);
    assert.deepEqual(missing, [], `add the ids that are since these releases to ${LIST}`);
  });

  for (const { meta } of definitions) {
    it(`had it, or the changelog names it: ${meta.id}`, () => {
      if (idsOf[meta.since]?.includes(meta.id)) return;
      const came = released.includes(meta.since)
        ? `${meta.since} did not have it`
        : 'there is no such release';
      assert.equal(
        meta.since,
        next,
        `since of ${meta.id} is '${meta.since}': ${came}. The next one is '${next}'`,
      );
      const isNamed = unreleased.includes(meta.id);
      assert.ok(isNamed, `${meta.id} is new: name it in CHANGELOG.md, in a line under "Unreleased"`);
    });
  }

  it('still has each id, if only as an alias', () => {
    const known = new Set([
      ...definitions.map(it => it.meta.id),
      ...rules.flatMap(it => it.meta.aliases ?? []),
    ]);
    const lost = Object.values(idsOf)
      .flat()
      .filter(id => !known.has(id));
    assert.deepEqual(lost, []);
  });
});

describe('npm run new-rule', () => {
  for (const kind of KINDS) {
    it(`makes a valid pair about ${kind}, for the next release`, () => {
      const pair = newPair(kind, 'my-id', next);
      const [code, page] = pair?.files ?? [];
      assert.ok(pair && code && page);
      assert.match(code.text, new RegExp(`\\n    since: '${next.replaceAll('.', '\\.')}',\\n`));
      const { cases } = readPage(pair.page, 'my-id', page.text);
      assert.equal(cases.length, 1);
    });
  }

  it('refuses what is no kind and no id', () => {
    assert.equal(newPair('manager', 'my-id', next), undefined);
    assert.equal(newPair('dockerfile', 'My_Id', next), undefined);
  });
});
