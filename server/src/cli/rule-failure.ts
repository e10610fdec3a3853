import { EXIT } from './exit';

/** The other rules' findings are worth having, but nobody may take the run for a clean one. */
export function onRuleFailure(id: string, error: unknown): void {
  process.stderr.write(
    `plimsoll: the rule ${id} failed: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = EXIT.failed;
}

/** The other files are fixed all the same. */
export function onFileFailure(path: string, error: unknown): void {
  process.stderr.write(
    `plimsoll: ${path} is left as it is, since fixing it failed: ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = EXIT.failed;
}

export function onLeftAlone(path: string, because: string): void {
  process.stderr.write(`plimsoll: ${path} is left as it is: ${because}\n`);
  process.exitCode = EXIT.failed;
}
