import assert from 'node:assert/strict';
import { formatJson } from '../../server/src/cli/format/json';
import { render } from '../../server/src/cli/format/render';
import { fileReport } from '../../server/src/cli/format/report';
import { formatText } from '../../server/src/cli/format/text';
import type { Evidence } from '../../server/src/core/finding';
import { type Diagnostic, parseFile } from '../../server/src/core/lint';
import { rules } from '../../server/src/core/rules/catalog';
import { loadGrammar } from '../support/grammar';

const rule = rules.find(it => it.meta.id === 'apt-lists-left');

/** A file with one finding on each line, of so many megabytes; none where the size is not known. */
function report(path: string, sizes: readonly (number | undefined)[], how: Evidence['how'] = 'measured') {
  const text = sizes.map(() => 'RUN a\n').join('');
  assert.ok(rule);
  const found: Diagnostic[] = sizes.map((size, line) => ({
    at: { start: line * 6, end: line * 6 + 3 },
    message: 'something stays',
    severity: 'info',
    rule,
    ...(size === undefined ? {} : { evidence: { bytes: size * 1e6, how, source: 'here' } }),
  }));
  return fileReport(parseFile('dockerfile', path, text), found);
}

function closing(...reports: ReturnType<typeof report>[]): string[] {
  const out = render(formatText(reports), 'plain');
  return out.slice(out.indexOf('\n\nHeaviest') + 2).split('\n');
}

describe('The heaviest findings of a check', () => {
  before(loadGrammar);

  it('close the text, heaviest first, equal ones in the order of files and lines', () => {
    const lines = closing(
      report('Dockerfile', [20, 1, 20, 300, undefined]),
      report('api/Dockerfile', [20, 2]),
    );
    assert.deepEqual(lines, [
      'Heaviest first',
      '  300 MB  Dockerfile:4      apt-lists-left',
      '   20 MB  Dockerfile:1      apt-lists-left',
      '   20 MB  Dockerfile:3      apt-lists-left',
      '   20 MB  api/Dockerfile:1  apt-lists-left',
      '    2 MB  api/Dockerfile:2  apt-lists-left',
      '  6 findings with a size, up to 363 MB together',
      '',
      '7 findings in 2 files (7 infos)',
      '',
    ]);
  });

  it('tell an estimate from what was measured', () => {
    const lines = closing(report('Dockerfile', [1200]), report('b.Dockerfile', [1300], 'estimated'));
    assert.deepEqual(lines.slice(0, 3), [
      'Heaviest first (~ is an estimate)',
      '  ~1.3 GB  b.Dockerfile:1  apt-lists-left',
      '   1.2 GB  Dockerfile:1    apt-lists-left',
    ]);
  });

  it('are not told where fewer than two findings have a size', () => {
    const out = render(formatText([report('Dockerfile', [20, undefined, 0])]), 'plain');
    assert.ok(!out.includes('Heaviest'));
  });

  it('change nothing in the order of JSON', () => {
    const { files } = JSON.parse(render(formatJson([report('a', [1, 300]), report('b', [500])]), 'plain'));
    assert.deepEqual(
      files.flatMap((file: { diagnostics: { evidence: Evidence }[] }) =>
        file.diagnostics.map(it => it.evidence.bytes),
      ),
      [1e6, 300e6, 500e6],
    );
  });
});
