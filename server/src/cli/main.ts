import { Command, CommanderError } from 'commander';
import { version } from '../../../package.json';
import { Stopped } from '../prove/stopping';
import { EXIT, Misuse } from './exit';
import { printText, warn, warnAsIs, warnAtLength, watchReaders } from './output';

/**
 * The command line: `plimsoll check | fix | convert | weigh | prove | rules | lsp`.
 * Exit codes: 0 nothing to report, 1 findings (or not offered), 2 misuse, unreadable input, internal error.
 */
async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('plimsoll')
    .description(
      'Finds what makes images large, slow or risky in Dockerfiles and Compose files, and fixes it.',
    )
    .version(version)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: printText, writeErr: warnAsIs });
  try {
    for (const command of await commandsFor(argv[0]))
      program.addCommand(command.copyInheritedSettings(program));
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** The language server, which stays, starts without what other commands need: it would hold that in memory. */
async function commandsFor(name: string | undefined): Promise<readonly Command[]> {
  const { lspCommand } = await import('./lsp');
  if (name === 'lsp') return [lspCommand()];
  const { commands } = await import('./commands');
  return [...commands(), lspCommand()];
}

function report(error: unknown): number {
  // Commander has said what was wrong; help and version end with its code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.failed;
  if (error instanceof Stopped) {
    warnAtLength(error.message);
    return error.exitCode;
  }
  if (hasNoWorkingFolder(error)) warn('the working directory no longer exists');
  else if (error instanceof Misuse || !(error instanceof Error)) warn(String(error));
  // Errors with a sentence of their own say it; an unexpected error shows where it came from.
  else if (isUnexpected(error)) warnAtLength(error.stack ?? error.message);
  else if (error.name === SAYS_WHAT_DOCKER_SAID) warnAtLength(error.message);
  else warn(error.message);
  return EXIT.failed;
}

/** What asks for a folder that was removed while a shell is in it gets this from the system. */
function hasNoWorkingFolder(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd';
}

function isUnexpected({ name }: Error): boolean {
  return name === 'Error' || name.endsWith('TypeError');
}

/** The error of `prove/docker-command.ts`, which is loaded only where it is needed: its message has several lines. */
const SAYS_WHAT_DOCKER_SAID = 'DockerCommandError';

watchReaders();
void main(process.argv.slice(2));
