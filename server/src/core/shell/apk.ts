import type { Word } from '../text/word';
import type { Command } from './command';
import { type CommandLine, option, readCommandLine } from './options';

/** A call of apk, Alpine's package manager. */
export interface ApkCommand {
  readonly command: Command;
  /** `add`, `del`, `update`, … */
  readonly verb: string;
  readonly line: CommandLine;
  /** The text after the verb, as written: `curl`, `curl=8.5.0-r0`, `.build-deps`. */
  readonly packages: readonly Word[];
  /** The name that it keeps the packages under, to remove them together later. */
  readonly virtual: string | undefined;
}

/** Options of apk whose value is a word of its own. */
export const APK_VALUES: readonly string[] = [
  '-t',
  '--virtual',
  '-X',
  '--repository',
  '-p',
  '--root',
  '--arch',
  '--keys-dir',
  '--cache-dir',
];

/** Reads a call of apk; undefined for other programs, and where it names no verb. */
export function apkCommand(command: Command): ApkCommand | undefined {
  if (command.name !== 'apk') return undefined;
  const line = readCommandLine(command.words.slice(1), { takesValue: APK_VALUES });
  const [verb, ...packages] = line.operands;
  if (!verb) return undefined;
  return { command, verb: verb.text, line, packages, virtual: option(line, '-t', '--virtual')?.value };
}
