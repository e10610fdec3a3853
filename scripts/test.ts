import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { everythingIsExpected, missingEngine } from '../test/support/engine';
import { resultsVariable, type TestResult } from '../test/support/reporter';
import { root } from './machine/folders';
import { bundles, type Suite, suites } from './suites';

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What went wrong or was left out, for the summary: sentences for a person. */
  readonly remarks: readonly string[];
}

const onePassed: Outcome = { passed: 1, failed: 0, skipped: 0, remarks: [] };
const oneFailed = (remark: string): Outcome => ({ passed: 0, failed: 1, skipped: 0, remarks: [remark] });
const oneSkipped = (remark: string): Outcome => ({ passed: 0, failed: 0, skipped: 1, remarks: [remark] });

/** Runs the suites whose names are given, or all of them; the last line says how it went over all of them together. */
async function main(names: readonly string[]): Promise<void> {
  const outcomes: Outcome[] = [];
  let hasBundles = true;
  for (const suite of selected(names)) {
    console.log(`\n== ${suite.title} (${suite.name})`);
    const outcome: Outcome = notRun(suite, hasBundles) ?? (await outcomeOf(suite));
    if (suite === bundles) hasBundles = outcome.failed === 0;
    outcomes.push(outcome);
  }
  const engine = await missingEngine();
  const remarks = outcomes.flatMap(outcome => outcome.remarks);
  if (engine) remarks.push(`What needs an engine was not tested: ${engine}`);
  console.log(`\n${remarks.map(remark => `${remark}\n`).join('')}`);

  const count = (kind: 'passed' | 'failed' | 'skipped') =>
    outcomes.reduce((sum, outcome) => sum + outcome[kind], 0);
  const skipped = count('skipped') > 0 ? `, ${count('skipped')} skipped` : '';
  console.log(`${count('passed')} passed, ${count('failed')} failed${skipped}`);
  process.exitCode = count('failed') > 0 ? 1 : 0;
}

function selected(names: readonly string[]): readonly Suite[] {
  if (names.length === 0) return suites;
  const unknown = names.filter(name => !suites.some(suite => suite.name === name));
  if (unknown.length > 0) {
    throw new Error(`There is no suite ${unknown.join(', ')}: ${suites.map(suite => suite.name).join(', ')}`);
  }
  const chosen = suites.filter(suite => names.includes(suite.name));
  const needsBundles = chosen.some(suite => suite.uses === 'bundles') && !chosen.includes(bundles);
  return needsBundles ? [bundles, ...chosen] : chosen;
}

/** Counts a suite that cannot be run as one test; undefined when it can. */
function notRun(suite: Suite, hasBundles: boolean): Outcome | undefined {
  const missing = suite.missing();
  if (missing !== undefined) {
    const remark = `Not run: ${suite.name}, since ${missing}`;
    return everythingIsExpected && suite.missingInCi === 'failure' ? oneFailed(remark) : oneSkipped(remark);
  }
  if (hasBundles || suite.uses === 'sources') return undefined;
  return oneFailed(`Not run: ${suite.name}, since the bundles cannot be made`);
}

async function outcomeOf(suite: Suite): Promise<Outcome> {
  if (suite.kind === 'check') {
    const code = await runCommand(suite, {});
    return code === 0 ? onePassed : oneFailed(`Failed: ${suite.name}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-results-'));
  const file = join(folder, 'results.jsonl');
  writeFileSync(file, '');
  try {
    const code = await runCommand(suite, { [resultsVariable]: file });
    return summary(suite, code, readFileSync(file, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function summary(suite: Suite, code: number, lines: string): Outcome {
  const results = lines
    .split('\n')
    .filter(Boolean)
    .map((line): TestResult => JSON.parse(line));
  const count = (event: TestResult['event']) => results.filter(result => result.event === event).length;
  const failures = results.flatMap(result =>
    result.event === 'fail' ? [`Failed: ${suite.name}, ${result.title}`] : [],
  );
  const told = { passed: count('pass'), failed: count('fail'), skipped: count('skip') };
  const brokeOff = brokenOff(told.passed + told.failed + told.skipped, count('end'), code, told.failed);
  if (brokeOff === undefined) return { ...told, remarks: failures };
  return { ...told, failed: told.failed + 1, remarks: [...failures, `Failed: ${suite.name}, ${brokeOff}`] };
}

/** Why a run is a failure beyond its failed tests. */
function brokenOff(tests: number, ends: number, code: number, failed: number): string | undefined {
  if (ends === 0) return `which ended with ${code} before its last test`;
  if (tests === 0) return 'which has no test';
  if (code !== 0 && failed === 0) return `which ended with ${code} though no test failed`;
  return undefined;
}

/** Some programs take CI=true for a terminal with colours, which no log has. */
const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1' };

function runCommand(suite: Suite, environment: Readonly<Record<string, string>>): Promise<number> {
  const [command, ...args] = suite.command;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...plain, ...environment },
    });
    child.once('error', reject);
    child.once('close', code => resolve(code ?? 1));
  });
}

main(process.argv.slice(2)).catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
