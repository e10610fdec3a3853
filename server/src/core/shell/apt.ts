import { oncePer } from '../text/once-per';
import { type Span, span } from '../text/span';
import type { Word } from '../text/word';
import type { Command } from './command';
import { type CommandLine, readCommandLine } from './options';

/** A call of apt-get, apt or aptitude. */
export interface AptCommand {
  readonly command: Command;
  /** `install`, `update`, `clean`, … */
  readonly verb: string;
  /** From the program's name to the verb. */
  readonly verbSpan: Span;
  readonly verbWord: Word;
  readonly line: CommandLine;
  /** What is installed, as written: `curl`, `curl=7.88.1-10`, `libpq5/bookworm`. */
  readonly packages: readonly Word[];
}

const SYNTAX = {
  takesValue: [
    '-t',
    '--target-release',
    '--default-release',
    '-o',
    '--option',
    '-c',
    '--config-file',
    '-a',
    '--host-architecture',
  ],
};

/** Reads a call of apt-get, apt or aptitude; undefined for other programs, and where it names no verb. */
export const aptCommand = oncePer((command: Command): AptCommand | undefined => {
  if (!['apt-get', 'apt', 'aptitude'].includes(command.name)) return undefined;
  const line = readCommandLine(command.words.slice(1), SYNTAX);
  const [verbWord, ...packages] = line.operands;
  const program = command.words[0];
  if (!verbWord || !program) return undefined;
  return {
    command,
    verb: verbWord.text,
    verbSpan: span(program.span.start, verbWord.span.end),
    verbWord,
    line,
    packages,
  };
});

/** The same where it installs. */
export function aptInstall(command: Command): AptCommand | undefined {
  const apt = aptCommand(command);
  return apt?.verb === 'install' ? apt : undefined;
}

/** The name without version, release and architecture: `curl` for `curl:amd64=7.88.1-10`. */
export function aptPackageName(word: Word): string {
  return word.text.replace(/[=/].*/s, '').replace(/:\w+$/, '');
}
