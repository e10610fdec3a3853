import type { Word } from '../text/word';
import { aptCommand, aptPackageName } from './apt';
import type { Command } from './command';
import { type OptionSyntax, readCommandLine } from './options';

/** `dnf` stands for yum and microdnf too. */
export type PackageManager = 'apt' | 'apk' | 'dnf';

/** Packages of the system that a command installs or removes, whichever package manager it calls. */
export interface SystemPackages {
  readonly manager: PackageManager;
  readonly action: 'install' | 'remove';
  readonly packages: readonly SystemPackage[];
  /** The name that `apk add --virtual` gives to the group. */
  readonly group: string | undefined;
}

export interface SystemPackage {
  readonly word: Word;
  /** Without version, release and architecture. */
  readonly name: string;
}

export function systemPackages(command: Command): SystemPackages | undefined {
  return apt(command) ?? apk(command) ?? dnf(command);
}

const ACTIONS: Readonly<Record<string, SystemPackages['action']>> = {
  install: 'install',
  groupinstall: 'install',
  add: 'install',
  remove: 'remove',
  purge: 'remove',
  autoremove: 'remove',
  'auto-remove': 'remove',
  autopurge: 'remove',
  erase: 'remove',
  del: 'remove',
};

function actionOf(verb: string): SystemPackages['action'] | undefined {
  return Object.hasOwn(ACTIONS, verb) ? ACTIONS[verb] : undefined;
}

function apt(command: Command): SystemPackages | undefined {
  const read = aptCommand(command);
  const action = read && actionOf(read.verb);
  if (!read || !action) return undefined;
  const packages = read.packages.map(word => ({ word, name: aptPackageName(word) }));
  return { manager: 'apt', action, packages, group: undefined };
}

const APK_SYNTAX: OptionSyntax = {
  takesValue: [
    '-t',
    '--virtual',
    '-X',
    '--repository',
    '-p',
    '--root',
    '--arch',
    '--keys-dir',
    '--cache-dir',
  ],
};

function apk(command: Command): SystemPackages | undefined {
  if (command.name !== 'apk') return undefined;
  const line = readCommandLine(command.words.slice(1), APK_SYNTAX);
  const [verb, ...words] = line.operands;
  const action = actionOf(verb?.text ?? '');
  if (!action) return undefined;
  const packages = words.map(word => ({ word, name: word.text.replace(/[=<>~@].*$/, '') }));
  const group = line.options.find(it => it.name === '-t' || it.name === '--virtual')?.value;
  return { manager: 'apk', action, packages, group };
}

const DNF_SYNTAX: OptionSyntax = {
  takesValue: [
    '--setopt',
    '--enablerepo',
    '--disablerepo',
    '--repo',
    '-c',
    '--releasever',
    '--installroot',
    '-x',
  ],
};

function dnf(command: Command): SystemPackages | undefined {
  if (!['dnf', 'microdnf', 'yum', 'dnf5'].includes(command.name)) return undefined;
  const line = readCommandLine(command.words.slice(1), DNF_SYNTAX);
  const [verb, ...words] = line.operands;
  const action = actionOf(verb?.text ?? '');
  if (!action) return undefined;
  const packages = words.map(word => ({ word, name: word.text.replace(/\.(x86_64|noarch|aarch64)$/, '') }));
  return { manager: 'dnf', action, packages, group: undefined };
}
