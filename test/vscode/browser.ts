import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/machine/folders';
import { resultsVariable, type TestResult } from '../support/reporter';
import { runSuiteInBrowser } from '../support/vscode-browser';
import { withWorkspace } from './workspace';

/** Runs the suite of this folder in a VS Code in the browser; the bundles have to be made before. */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-results-'));
  const results = process.env[resultsVariable] ?? join(folder, 'results.jsonl');
  const suite = join(root, 'dist/test/vscode/index.js');
  try {
    await withWorkspace(workspace =>
      runSuiteInBrowser({ workspace, extension: root, suite, results, timeout: 15 * 60_000 }, print),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
