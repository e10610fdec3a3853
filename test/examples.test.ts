// Each case study reports what its document describes: test/examples/CASE.json was written from the document.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { plimsoll } from './support/plimsoll';

interface Expected {
  /** From the folder of the case study. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly rule: string;
}

interface Report {
  readonly path: string;
  readonly diagnostics: readonly {
    readonly rule: string;
    readonly range: { readonly start: { readonly line: number } };
  }[];
}

const root = join(__dirname, '..');

describe('the case studies', () => {
  let reports: readonly Report[];

  before(function () {
    this.timeout(30_000);
    reports = JSON.parse(plimsoll(root, ['check', '--format', 'json', 'examples']).out).files;
  });

  for (const name of readdirSync(join(root, 'test/examples'))) {
    const expected: Expected[] = JSON.parse(readFileSync(join(root, 'test/examples', name), 'utf8'));
    const study = basename(name, '.json');
    for (const { file, line, rule } of expected) {
      it(`${study}: ${rule} in ${file}, line ${line}`, () => {
        const report = reports.find(it => it.path === `examples/${study}/${file}`);
        const lines = report?.diagnostics.filter(it => it.rule === rule).map(it => it.range.start.line + 1);
        assert.ok(lines?.includes(line), `reported on the lines ${lines?.join(', ') || '–'}`);
      });
    }
  }
});
