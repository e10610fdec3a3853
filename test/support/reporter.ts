import { appendFileSync } from 'node:fs';
import { type MochaOptions, Runner, reporters, type Test } from 'mocha';

/** The environment variable that names the file of test results, which is appended to. */
export const resultsVariable = 'PLIMSOLL_TEST_RESULTS';

/** One line of the file of test results. `end` is missing where the tests' process died. */
export type TestResult =
  | { readonly event: 'pass' | 'skip'; readonly title: string; readonly milliseconds: number }
  | { readonly event: 'fail'; readonly title: string; readonly milliseconds: number; readonly error: string }
  | { readonly event: 'end' };

/**
 * Mocha's own `spec` to read, and beside it a line of JSON a test in the file that the environment names: that way
 * results also get out of an editor, whose console nobody sees. A failing hook is a failure too.
 */
export default class Reporter extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    const { EVENT_TEST_PASS, EVENT_TEST_PENDING, EVENT_TEST_FAIL, EVENT_RUN_END } = Runner.constants;
    const about = (test: Test) => ({ title: test.fullTitle(), milliseconds: test.duration ?? 0 });
    runner.on(EVENT_TEST_PASS, test => write({ event: 'pass', ...about(test) }));
    runner.on(EVENT_TEST_PENDING, test => write({ event: 'skip', ...about(test) }));
    runner.on(EVENT_TEST_FAIL, (test, error) =>
      write({ event: 'fail', ...about(test), error: error.stack ?? error.message }),
    );
    runner.once(EVENT_RUN_END, () => write({ event: 'end' }));
  }
}

function write(result: TestResult): void {
  const file = process.env[resultsVariable];
  if (file) appendFileSync(file, `${JSON.stringify(result)}\n`);
}
