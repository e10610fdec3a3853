// Each case study reports what its document describes: test/examples/CASE.json was written from the document.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { plimsoll } from '../support/plimsoll';

interface Expected {
  /** From the folder of the case study; some file of it where the document names none. */
  readonly file?: string;
  /** 1-based; some line where the document says that something is missing. */
  readonly line?: number;
  readonly rule: string;
  /** A word of the message: which of several dependencies is meant. */
  readonly names?: string;
}

interface Report {
  readonly path: string;
  readonly diagnostics: readonly {
    readonly rule: string;
    readonly message: string;
    readonly range: { readonly start: { readonly line: number } };
  }[];
}

const root = join(__dirname, '../..');

describe('the case studies', () => {
  let reports: readonly Report[];

  before(function () {
    this.timeout(30_000);
    reports = JSON.parse(plimsoll(root, ['check', '--format', 'json', 'examples']).out).files;
  });

  for (const name of readdirSync(join(root, 'test/examples'))) {
    const expected: Expected[] = JSON.parse(readFileSync(join(root, 'test/examples', name), 'utf8'));
    const study = basename(name, '.json');
    for (const one of expected) {
      it(`${study}: ${titleOf(one)}`, () => {
        const found = reports
          .filter(({ path }) => isIn(path, `examples/${study}`, one.file))
          .flatMap(report => report.diagnostics)
          .filter(it => it.rule === one.rule && it.message.includes(one.names ?? ''));
        const lines = found.map(it => it.range.start.line + 1);
        if (one.line === undefined) assert.notDeepEqual(lines, [], 'reported nowhere');
        else assert.ok(lines.includes(one.line), `reported on the lines ${lines.join(', ') || '–'}`);
      });
    }
  }
});

function titleOf({ rule, file, line, names }: Expected): string {
  const what = names === undefined ? rule : `${rule} (${names})`;
  return [what, file && `in ${file}`, line && `line ${line}`].filter(Boolean).join(', ');
}

function isIn(path: string, study: string, file: string | undefined): boolean {
  return file === undefined ? path.startsWith(`${study}/`) : path === `${study}/${file}`;
}
