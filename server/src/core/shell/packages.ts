import { type Span, span } from '../text/span';
import type { Word } from '../text/word';
import { APK_VALUES } from './apk';
import { aptCommand, aptPackageName } from './apt';
import type { Command } from './command';
import { type CommandLine, option, readCommandLine } from './options';

export type PackageManager = 'apt' | 'apk' | 'dnf' | 'zypper';

/** A command line that puts packages of the distribution into an image, or takes them out. */
export interface PackageCommand {
  readonly command: Command;
  /** `dnf` stands for yum and microdnf too. */
  readonly manager: PackageManager;
  readonly action: 'install' | 'remove';
  readonly packages: readonly Word[];
  /** The name that apk keeps the packages under, to remove them together later. */
  readonly virtual: string | undefined;
}

interface Syntax {
  readonly manager: Exclude<PackageManager, 'apt'>;
  readonly programs: readonly string[];
  readonly install: readonly string[];
  readonly remove: readonly string[];
  readonly takesValue: readonly string[];
}

const SYNTAXES: readonly Syntax[] = [
  {
    manager: 'apk',
    programs: ['apk'],
    install: ['add'],
    remove: ['del'],
    takesValue: APK_VALUES,
  },
  {
    manager: 'dnf',
    programs: ['dnf', 'dnf5', 'microdnf', 'tdnf', 'yum'],
    install: ['install', 'reinstall', 'localinstall'],
    remove: ['remove', 'erase', 'autoremove'],
    takesValue: [
      '-c',
      '--config',
      '-x',
      '--exclude',
      '--setopt',
      '--enablerepo',
      '--disablerepo',
      '--installroot',
      ...['--releasever', '--repo', '--repoid', '--forcearch'],
    ],
  },
  {
    manager: 'zypper',
    programs: ['zypper'],
    install: ['install', 'in'],
    remove: ['remove', 'rm'],
    takesValue: ['-r', '--repo', '-t', '--type', '-R', '--root', '--installroot', '-C', '--cache-dir'],
  },
];

/** A call of apk, dnf, zypper or one of their kin, whatever it is told to do. */
export interface ManagerCommand {
  readonly command: Command;
  readonly manager: Exclude<PackageManager, 'apt'>;
  /** `add`, `install`, `makecache`, … */
  readonly verb: string;
  readonly verbWord: Word;
  /** From the program's name to the verb. */
  readonly verbSpan: Span;
  readonly line: CommandLine;
  readonly operands: readonly Word[];
}

/** Reads `apk update`, `dnf makecache`, `zypper refresh`, …; undefined for anything else, apt too. */
export function managerCommand(command: Command): ManagerCommand | undefined {
  const syntax = SYNTAXES.find(candidate => candidate.programs.includes(command.name));
  const program = command.words[0];
  if (!syntax || !program) return undefined;
  const line = readCommandLine(command.words.slice(1), syntax);
  const [verbWord, ...operands] = line.operands;
  if (!verbWord) return undefined;
  const { manager } = syntax;
  const verbSpan = span(program.span.start, verbWord.span.end);
  return { command, manager, verb: verbWord.text, verbWord, verbSpan, line, operands };
}

/** Reads `apt-get install …`, `apk add …`, `dnf remove …`; undefined for anything else. */
export function packageCommand(command: Command): PackageCommand | undefined {
  const apt = aptCommand(command);
  if (apt) {
    const action = actionOf(
      apt.verb,
      ['install', 'reinstall'],
      ['remove', 'purge', 'autoremove', 'autopurge'],
    );
    return action && { command, manager: 'apt', action, packages: apt.packages, virtual: undefined };
  }
  const called = managerCommand(command);
  const syntax = SYNTAXES.find(candidate => candidate.manager === called?.manager);
  if (!called || !syntax) return undefined;
  const action = actionOf(called.verb, syntax.install, syntax.remove);
  const { manager, line, operands: packages } = called;
  return action && { command, manager, action, packages, virtual: virtualOf(line) };
}

function actionOf(
  verb: string,
  install: readonly string[],
  remove: readonly string[],
): PackageCommand['action'] | undefined {
  if (install.includes(verb)) return 'install';
  return remove.includes(verb) ? 'remove' : undefined;
}

function virtualOf(line: CommandLine): string | undefined {
  return option(line, '-t', '--virtual')?.value;
}

/** The name without its version: `curl` for `curl=8.5.0-r0`, `curl~8`, `curl>8` and apt's forms. */
export function packageName(word: Word): string {
  return aptPackageName({ ...word, text: word.text.replace(/[~<>@].*/s, '') });
}
