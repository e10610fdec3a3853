import assert from 'node:assert/strict';
import { serialize } from 'node:v8';
import { fileReport } from '../../server/src/cli/format/report';
import { type Diagnostic, parseFile } from '../../server/src/core/lint';
import { rules } from '../../server/src/core/rules/catalog';
import { loadGrammar } from '../support/grammar';

describe('The report of a file', () => {
  before(loadGrammar);

  it('holds neither its model nor what its fixes are made from', () => {
    const rule = rules[0];
    assert.ok(rule);
    const file = parseFile('dockerfile', 'Dockerfile', `FROM a\n${'RUN a && b\n'.repeat(500)}`);
    const found: Diagnostic = {
      at: { start: 7, end: 10 },
      message: 'something stays',
      severity: 'info',
      rule,
      fixes: () => [{ title: 'Remove it', safety: 'safe', edits: [] }],
    };
    const { findings, ...rest } = fileReport(file, [found]);
    // Functions cannot be serialized.
    const kept = findings.map(({ rule, ...finding }) => ({ ...finding, rule: rule.meta.id }));
    assert.ok(serialize({ ...rest, kept }).length < 500);
    assert.deepEqual(kept[0]?.fixes, [{ title: 'Remove it', safety: 'safe' }]);
    assert.deepEqual(kept[0]?.range, { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } });
  });
});
