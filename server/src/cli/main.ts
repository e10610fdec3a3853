import { Command, CommanderError } from 'commander';
import { checkCommand } from './check';
import { convertCommand } from './convert';
import { EXIT, Misuse } from './exit';
import { fixCommand } from './fix';
import { lspCommand } from './lsp';
import { proveCommand } from './prove';
import { rulesCommand } from './rules';
import { VERSION } from './version';
import { weighCommand } from './weigh';

/**
 * The command line: `plimsoll check | fix | convert | weigh | prove | rules | lsp`.
 * Exit codes: 0 nothing to complain of, 1 findings (or not offered), 2 misuse, unreadable input, internal error.
 */
async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('plimsoll')
    .description(
      'Finds where Dockerfiles and Compose files put weight, cost and risk into images, and takes it out.',
    )
    .version(VERSION)
    .showSuggestionAfterError()
    .exitOverride();
  const commands = [
    checkCommand(),
    fixCommand(),
    convertCommand(),
    weighCommand(),
    proveCommand(),
    rulesCommand(),
    lspCommand(),
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  // Commander has said what was wrong; help and version end with its code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.failed;
  const message = error instanceof Misuse || !(error instanceof Error) ? String(error) : describe(error);
  process.stderr.write(`plimsoll: ${message}\n`);
  return EXIT.failed;
}

/** Errors with a sentence of their own say it; what nobody expected shows where it came from. */
function describe(error: Error): string {
  return error.name === 'Error' || error.name.endsWith('TypeError')
    ? (error.stack ?? error.message)
    : error.message;
}

// Whoever reads may have read enough, as `head` does: then nobody is left to write for, and nothing went wrong.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

void main(process.argv.slice(2));
