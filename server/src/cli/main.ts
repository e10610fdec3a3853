import { Command, CommanderError } from 'commander';
import { Stopped } from '../prove/stopping';
import { checkCommand } from './check';
import { convertCommand } from './convert';
import { EXIT, Misuse } from './exit';
import { fixCommand } from './fix';
import { lspCommand } from './lsp';
import { complain, complainAsIs, complainAtLength, printText, watchReaders } from './output';
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
    .exitOverride()
    .configureOutput({ writeOut: printText, writeErr: complainAsIs });
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
  if (error instanceof Stopped) {
    complainAtLength(error.message);
    return error.exitCode;
  }
  if (hasNoWorkingFolder(error)) complain('the working folder does not exist any more');
  else if (error instanceof Misuse || !(error instanceof Error)) complain(String(error));
  // Errors with a sentence of their own say it; what nobody expected shows where it came from.
  else if (isUnexpected(error)) complainAtLength(error.stack ?? error.message);
  else if (error.name === SAYS_WHAT_DOCKER_SAID) complainAtLength(error.message);
  else complain(error.message);
  return EXIT.failed;
}

/** What asks for a folder that was removed while a shell stands in it gets this from the system. */
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
