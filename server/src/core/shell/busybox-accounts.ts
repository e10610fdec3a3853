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

/**
 * The command of Debian's `passwd` package that does what a call of BusyBox's adduser, addgroup, deluser or delgroup
 * does: Debian's own programs of these names read other options, and slim images lack them.
 * Source: https://busybox.net/downloads/BusyBox.html
 *
 * @param written a word as it stands in the file, quotes included
 * @returns `unclear` for options that are not known here, undefined for all other programs
 */
export function shadowCommand(
  command: Command,
  written: (word: Command['words'][number]) => string,
): string | 'unclear' | undefined {
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

type Written = (word: Command['words'][number]) => string;

function addUser(command: Command, written: Written): string {
  const read = translated(command, written, ADDUSER_FLAGS, ADDUSER_VALUES);
  const [user, group, ...more] = read?.operands ?? [];
  if (!read || !user || more.length > 0) return 'unclear';
  if (group) return read.options.length > 0 ? 'unclear' : `usermod --append --groups ${group} ${user}`;
  const has = (name: string) => read.options.some(it => it === name || it.startsWith(`${name} `));
  const home = has('--no-create-home') ? [] : ['--create-home'];
  // Without a group, BusyBox gives a system account none of its own.
  const gid = has('--system') && !has('--gid') ? ['--gid nogroup'] : [];
  const shell = has('--system') && !has('--shell') ? ['--shell /usr/sbin/nologin'] : [];
  return ['useradd', ...read.options, ...gid, ...shell, ...home, user].join(' ');
}

function addGroup(command: Command, written: Written): string {
  const read = translated(command, written, ADDGROUP_FLAGS, ADDGROUP_VALUES);
  const [first, second, ...more] = read?.operands ?? [];
  if (!read || !first || more.length > 0) return 'unclear';
  if (!second) return ['groupadd', ...read.options, first].join(' ');
  return read.options.length > 0 ? 'unclear' : `usermod --append --groups ${second} ${first}`;
}

function deletion(command: Command, written: Written): string {
  const operands = command.words.slice(1);
  const [first, second, ...more] = operands.map(written);
  if (!first || more.length > 0 || operands.some(word => word.text.startsWith('-'))) return 'unclear';
  if (second) return `gpasswd --delete ${first} ${second}`;
  return command.name === 'deluser' ? `userdel ${first}` : `groupdel ${first}`;
}

interface Translated {
  readonly options: readonly string[];
  readonly operands: readonly string[];
}

function translated(
  command: Command,
  written: Written,
  flags: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Translated | undefined {
  const line = readCommandLine(command.words.slice(1), { takesValue: Object.keys(values) });
  const options: string[] = [];
  for (const { name, word, value, valueWord } of line.options) {
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    const valued = Object.hasOwn(values, name) ? values[name] : undefined;
    if (flag !== undefined) options.push(flag);
    else if (valued === undefined || value === undefined || !valueWord) return undefined;
    else options.push(`${valued} ${shellOf(valueWord === word ? value : written(valueWord))}`);
  }
  return { options: options.filter(it => it !== ''), operands: line.operands.map(written) };
}

/** Debian has no ash. */
function shellOf(value: string): string {
  return value.replace(/^\/bin\/ash$/, '/bin/sh');
}
