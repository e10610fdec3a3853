import { EXIT } from './exit';

/** The other rules' findings are worth having, but nobody may take the run for a clean one. */
export function onRuleFailure(id: string, error: unknown): void {
  process.stderr.write(
    `plimsoll: the rule ${id} failed: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = EXIT.failed;
}
