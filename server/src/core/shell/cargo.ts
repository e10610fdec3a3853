import type { Command } from './command';
import { type CommandLine, option, readCommandLine } from './options';

/** A call of cargo: `cargo +nightly build --release`. */
export interface CargoCommand {
  readonly verb: string;
  readonly line: CommandLine;
  /** The folder that it builds into, where the command line names one. */
  readonly targetFolder: string | undefined;
}

const SYNTAX = {
  takesValue: [
    ...[
      '--bin',
      '--example',
      '--test',
      '--bench',
      '--features',
      '-F',
      '--target',
      '--target-dir',
      '--profile',
    ],
    ...['--manifest-path', '-p', '--package', '--exclude', '-j', '--jobs', '--color', '--config', '-Z', '-C'],
    ...['--root', '--path', '--version', '--git', '--branch', '--tag', '--rev', '--registry', '--index'],
    ...['--message-format', '--recipe-path', '--name', '--edition', '--vcs'],
  ],
};

/** Reads a call of cargo, with a toolchain (`+nightly`) or without; undefined for other programs. */
export function cargoCommand(command: Command): CargoCommand | undefined {
  if (command.name !== 'cargo') return undefined;
  const words = command.words.slice(1).filter(word => !word.text.startsWith('+'));
  const line = readCommandLine(words, SYNTAX);
  return {
    verb: line.operands[0]?.text ?? '',
    line,
    targetFolder: option(line, '--target-dir')?.value,
  };
}
