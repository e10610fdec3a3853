import { type Span, span } from '../text/span';
import type { Command } from './command';
import { type CommandLine, type OptionSyntax, readCommandLine } from './options';

/** What npm, yarn, pnpm and bun share of their options. */
export const NODE_SYNTAX: OptionSyntax = {
  takesValue: [
    ...['--prefix', '-C', '--cwd', '--dir', '--registry', '--cache', '--loglevel', '-w', '--workspace'],
    ...['--filter', '--cache-folder', '--network-timeout', '--network-concurrency', '--mutex'],
  ],
};

/** A call of npm or yarn. */
export interface NodeCommand {
  readonly command: Command;
  /** `ci`, `install`, `add`, …; yarn without a verb installs. */
  readonly verb: string;
  /** From the program's name to the verb. */
  readonly verbSpan: Span;
  readonly line: CommandLine;
}

/** True for an install of what the project's manifest lists, and not of single packages by their names. */
export function installsProject({ verb, line }: NodeCommand): boolean {
  const isGlobal = line.options.some(it => it.name === '-g' || it.name === '--global');
  return /^(|ci|clean-install|install|i)$/.test(verb) && line.operands.length <= 1 && !isGlobal;
}

/** Reads a call of npm; undefined for other programs. */
export function npmCommand(command: Command): NodeCommand | undefined {
  return nodeCommand(command, 'npm');
}

/** Reads a call of yarn; undefined for other programs. */
export function yarnCommand(command: Command): NodeCommand | undefined {
  return nodeCommand(command, 'yarn') ?? nodeCommand(command, 'yarnpkg');
}

function nodeCommand(command: Command, program: string): NodeCommand | undefined {
  const called = command.words[0];
  if (command.name !== program || !called) return undefined;
  const line = readCommandLine(command.words.slice(1), NODE_SYNTAX);
  const [verb] = line.operands;
  return {
    command,
    verb: verb?.text ?? '',
    verbSpan: span(called.span.start, (verb ?? called).span.end),
    line,
  };
}
