import type { Word } from '../text/word';
import type { Command } from './command';
import { readCommandLine } from './options';

/** Options of BusyBox's adduser, in both forms, with those of useradd; empty where useradd does it by itself. */
const ADDUSER_FLAGS: Readonly<Record<string, string>> = {
  '-D': '',
  '--disabled-password': '',
  '--empty-password': '',
  '-S': '--system',
  '--system': '--system',
  '-H': '--no-create-home',
  '--no-create-home': '--no-create-home',
};

const ADDUSER_VALUES: Readonly<Record<string, string>> = {
  '-h': '--home-dir',
  '--home': '--home-dir',
  '-g': '--comment',
  '--gecos': '--comment',
  '-s': '--shell',
  '--shell': '--shell',
  '-G': '--gid',
  '--ingroup': '--gid',
  '-u': '--uid',
  '--uid': '--uid',
  '-k': '--skel',
};

const ADDGROUP_FLAGS: Readonly<Record<string, string>> = { '-S': '--system', '--system': '--system' };
const ADDGROUP_VALUES: Readonly<Record<string, string>> = { '-g': '--gid', '--gid': '--gid' };

/** Commands of Debian's `passwd` package, or why there are none. */
export type ShadowCommands =
  | { readonly kind: 'commands'; readonly commands: readonly string[] }
  | { readonly kind: 'unclear'; readonly because: string };

type Written = (word: Word) => string;

/**
 * The commands that do on Debian what a call of BusyBox's adduser, addgroup, deluser or delgroup does: Debian's own
 * programs of these names read other options, and slim images lack them.
 * Source: https://git.busybox.net/busybox/tree/loginutils/adduser.c, https://busybox.net/downloads/BusyBox.html
 *
 * @param written a word as written in the file, quotes included
 * @returns undefined for all other programs
 */
export function shadowCommands(command: Command, written: Written): ShadowCommands | undefined {
  switch (command.name) {
    case 'adduser':
      return addUser(command, written);
    case 'addgroup':
      return addGroup(command, written);
    case 'deluser':
    case 'delgroup':
      return deletion(command, written);
    default:
      return undefined;
  }
}

/** Groups that Alpine has from the start and slim images of Debian have not. */
const ONLY_ON_ALPINE = new Set([
  ...['wheel', 'ping', 'input', 'kvm', 'netdev', 'usb', 'readproc', 'abuild', 'locate', 'at', 'guest', 'ftp'],
  ...['cron', 'ntp', 'squid', 'xfs', 'cdrw', 'smmsp', 'vpopmail', 'postmaster', 'nofiles'],
]);

function ran(...commands: readonly string[]): ShadowCommands {
  return { kind: 'commands', commands };
}

function unclear(because: string): ShadowCommands {
  return { kind: 'unclear', because };
}

function addUser(command: Command, written: Written): ShadowCommands {
  const read = translated(command, written, ADDUSER_FLAGS, ADDUSER_VALUES);
  const [user, group, ...more] = read?.operands ?? [];
  if (!read || !user || more.length > 0) return unknownOptions(command);
  if (group) return read.options.length > 0 ? unknownOptions(command) : joins(user, group);
  const given = (name: string) => read.options.find(it => it.name === name)?.value;
  const has = (name: string) => read.options.some(it => it.name === name);
  const gid = given('--gid');
  if (gid !== undefined && ONLY_ON_ALPINE.has(gid)) return missingGroup(gid);
  const flagsOf = read.options.map(({ name, value }) => [name, value].filter(it => it).join(' '));
  const home = given('--home-dir');
  const makesHome = !has('--no-create-home');
  const useradd = [
    ...['useradd', ...flagsOf],
    // Without a group, BusyBox gives a system account none of its own, and it may not log in.
    ...(has('--system') && gid === undefined ? ['--gid nogroup'] : []),
    ...(has('--system') && !has('--shell') ? ['--shell /bin/false'] : []),
    ...(makesHome ? ['--create-home'] : []),
    user,
  ].join(' ');
  // A home that is there already is the user's afterwards; useradd leaves it as it is.
  return makesHome && home ? ran(useradd, `chown ${user}: ${home}`) : ran(useradd);
}

function addGroup(command: Command, written: Written): ShadowCommands {
  const read = translated(command, written, ADDGROUP_FLAGS, ADDGROUP_VALUES);
  const [first, second, ...more] = read?.operands ?? [];
  if (!read || !first || more.length > 0) return unknownOptions(command);
  const options = read.options.map(({ name, value }) => [name, value].filter(it => it).join(' '));
  if (!second) return ran(['groupadd', ...options, first].join(' '));
  return options.length > 0 ? unknownOptions(command) : joins(first, second);
}

function joins(user: string, group: string): ShadowCommands {
  return ONLY_ON_ALPINE.has(group) ? missingGroup(group) : ran(`usermod --append --groups ${group} ${user}`);
}

function missingGroup(group: string): ShadowCommands {
  return unclear(`names the group ${group}, which slim Debian images do not have`);
}

function unknownOptions({ name }: Command): ShadowCommands {
  return unclear(`calls ${name} with options that useradd and groupadd do not have`);
}

function deletion(command: Command, written: Written): ShadowCommands {
  const operands = command.words.slice(1);
  const [first, second, ...more] = operands.map(written);
  if (!first || more.length > 0 || operands.some(word => word.text.startsWith('-')))
    return unknownOptions(command);
  if (second) return ran(`gpasswd --delete ${first} ${second}`);
  return ran(command.name === 'deluser' ? `userdel ${first}` : `groupdel ${first}`);
}

interface TranslatedOption {
  readonly name: string;
  readonly value: string | undefined;
}

interface Translated {
  readonly options: readonly TranslatedOption[];
  readonly operands: readonly string[];
}

function translated(
  command: Command,
  written: Written,
  flags: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Translated | undefined {
  const line = readCommandLine(command.words.slice(1), { takesValue: Object.keys(values) });
  const options: TranslatedOption[] = [];
  for (const { name, word, value, valueWord } of line.options) {
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    const valued = Object.hasOwn(values, name) ? values[name] : undefined;
    if (flag === '') continue;
    if (flag !== undefined) options.push({ name: flag, value: undefined });
    else if (valued === undefined || value === undefined || !valueWord) return undefined;
    else options.push({ name: valued, value: shellOf(valueWord === word ? value : written(valueWord)) });
  }
  return { options, operands: line.operands.map(written) };
}

/** Debian has no ash. */
function shellOf(value: string): string {
  return value.replace(/^\/bin\/ash$/, '/bin/sh');
}
