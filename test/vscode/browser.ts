import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/machine/folders';
import { resultsVariable, type TestResult } from '../support/reporter';
import { runSuiteInBrowser } from '../support/vscode-browser';
import { withWorkspace } from './workspace';

/** Runs the suite of this folder in a VS Code in the browser; the bundles have to be made before. */
async function main(): Promise<void> {
  const results =
    process.env[resultsVariable] ?? join(mkdtempSync(join(tmpdir(), 'plimsoll-results-')), 'results.jsonl');
  await withWorkspace(workspace =>
    runSuiteInBrowser(
      {
        workspace,
        extension: root,
        suite: join(root, 'dist/test/vscode/index.js'),
        results,
        timeout: 15 * 60_000,
      },
      print,
    ),
  );
}

const marks = { pass: '✔', skip: '-', fail: '✘' };

function print(result: TestResult): void {
  if (result.event === 'end') return;
  console.log(`  ${marks[result.event]} ${result.title} (${result.milliseconds} ms)`);
  if (result.event !== 'fail') return;
  process.exitCode = 1;
  console.log(result.error.replace(/^/gm, '      '));
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
