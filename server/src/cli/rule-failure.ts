import { EXIT } from './exit';
import { warn, warnAtLength } from './output';

/** The other rules' findings are worth having, but nobody may take the run for a clean one. */
export function onRuleFailure(id: string, error: unknown): void {
  warnAtLength(`the rule ${id} failed: ${error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = EXIT.failed;
}

/** The other files are fixed all the same. */
export function onFileFailure(path: string, error: unknown): void {
  const reason = error instanceof Error ? error.stack : String(error);
  warnAtLength(`the fixes of ${path} failed: ${reason}`);
  process.exitCode = EXIT.failed;
}

export function onLeftAlone(path: string, because: string): void {
  warn(`${path} is not changed: ${because}`);
  process.exitCode = EXIT.failed;
}
