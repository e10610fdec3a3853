import { EXIT } from './exit';
import { complainAtLength } from './output';

/** The other rules' findings are worth having, but nobody may take the run for a clean one. */
export function onRuleFailure(id: string, error: unknown): void {
  complainAtLength(`the rule ${id} failed: ${error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = EXIT.failed;
}
