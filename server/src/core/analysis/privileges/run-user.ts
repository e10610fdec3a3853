import { isOfficial } from '../../dockerfile/image-ref';
import type { Dockerfile, Run, Stage } from '../../dockerfile/model';
import { runCommands } from '../../dockerfile/query';
import { lineage, rootBase } from '../../dockerfile/stage-graph';
import { stateBefore } from '../../dockerfile/stage-state';
import { baseImage } from '../../knowledge/base-images';
import type { Command } from '../../shell/command';
import { option, readCommandLine } from '../../shell/options';
import { withoutTrailing } from '../../text/ends';
import { oncePer } from '../../text/once-per';

/** Who runs the commands of a RUN. */
export interface RunUser {
  readonly home: string;
  /** Absent for root. */
  readonly uid: string | undefined;
  readonly gid: string | undefined;
}

/**
 * The user that a RUN finds, with the home folder that programs take for theirs.
 *
 * @returns undefined where the user's number or home is not known for certain
 */
export function runUser(file: Dockerfile, run: Run): RunUser | undefined {
  const { user: instruction, env } = stateBefore(file, run);
  const home = env.get('HOME');
  if (env.has('HOME') && home === undefined) return undefined;
  const user = instruction ? named(file, run, instruction.user?.text ?? '') : startUser(file, run);
  if (!user) return undefined;
  const own = home ?? user.home;
  return own === undefined || !own.startsWith('/') ? undefined : { ...user, home: own };
}

type KnownUser = Omit<RunUser, 'home'> & { readonly home: string | undefined };

const ROOT: KnownUser = { home: '/root', uid: undefined, gid: undefined };

/**
 * Images for building alone that run as root; looked up in November 2026.
 * Sources: https://hub.docker.com/_/composer, https://hub.docker.com/_/gradle, https://hub.docker.com/r/oven/bun,
 * https://hub.docker.com/r/microsoft/dotnet-sdk
 */
const BUILD_IMAGES = ['composer', 'gradle', 'oven/bun', 'mcr.microsoft.com/dotnet/sdk'];

/** The user of the base image; undefined if the image was not read. */
function startUser(file: Dockerfile, run: Run): KnownUser | undefined {
  const stage = file.stages[run.stage];
  const base = stage && rootBase(file, stage);
  if (base?.kind !== 'image') return undefined;
  const known = baseImage(base.ref);
  if (known) return known.user === 'other' ? undefined : ROOT;
  return BUILD_IMAGES.some(name => isOfficial(base.ref, name)) ? ROOT : undefined;
}

function named(file: Dockerfile, run: Run, text: string): KnownUser | undefined {
  const match = /^([\w.-]+)(?::([\w.-]+))?$/.exec(text);
  if (!match) return undefined;
  const [, name = '', group] = match;
  if (name === 'root' || name === '0') return ROOT;
  const gid = /^\d+$/.test(group ?? '') ? group : undefined;
  // A number without an account has no home, but one may have been made.
  if (/^\d+$/.test(name)) return { uid: name, gid, home: undefined };
  const made = madeUser(file, run, name) ?? ownUser(file, run, name);
  return made && { ...made, gid: gid ?? made.gid };
}

/** What `useradd` or `adduser` in the stage, or in one that it builds on, says of an account. */
function madeUser(file: Dockerfile, run: Run, name: string): KnownUser | undefined {
  const stage = file.stages[run.stage];
  if (!stage) return undefined;
  const maker = lineage(file, stage)
    .flatMap(it => accountCommands(it).get(name) ?? [])
    .find(it => it.span.start <= run.span.start);
  return maker && account(maker, name);
}

/** The commands of a stage that make accounts, by their words: of two with one word, the first. */
const accountCommands = oncePer((stage: Stage): ReadonlyMap<string, Command> => {
  const commands = new Map<string, Command>();
  for (const { command } of runCommands([stage])) {
    if (!/^(useradd|adduser)$/.test(command.name)) continue;
    for (const { text } of command.words) if (!commands.has(text)) commands.set(text, command);
  }
  return commands;
});

const ACCOUNT_SYNTAX = {
  takesValue: [
    ...['-u', '--uid', '-g', '--gid', '-d', '--home', '--home-dir', '-h', '-s', '--shell', '-G', '--groups'],
    ...['-c', '--comment', '--gecos', '--ingroup', '-b', '--base-dir', '-k', '--skel', '-p', '--password'],
  ],
};

/** The account that `useradd` or `adduser` makes, with its home folder; undefined for every other command. */
export function accountMade(command: Command): { readonly name: string; readonly home: string } | undefined {
  if (command.name !== 'useradd' && command.name !== 'adduser') return undefined;
  const line = readCommandLine(command.words.slice(1), ACCOUNT_SYNTAX);
  const [name] = line.operands;
  // `adduser USER GROUP` puts a user that is there into a group.
  if (!name?.literal || line.operands.length > 1) return undefined;
  const busybox = command.name === 'adduser' ? option(line, '-h')?.value : undefined;
  const home = option(line, '-d', '--home', '--home-dir')?.value ?? busybox ?? `/home/${name.text}`;
  return home.startsWith('/') ? { name: name.text, home: withoutTrailing(home, '/') } : undefined;
}

function account(command: Command, name: string): KnownUser | undefined {
  const line = readCommandLine(command.words.slice(1), ACCOUNT_SYNTAX);
  const uid = option(line, '-u', '--uid')?.value;
  if (uid === undefined || !/^\d+$/.test(uid)) return undefined;
  const group = command.name === 'useradd' ? option(line, '-g', '--gid') : option(line, '--gid');
  const busybox = command.name === 'adduser' ? option(line, '-h')?.value : undefined;
  const home = option(line, '-d', '--home', '--home-dir')?.value ?? busybox ?? `/home/${name}`;
  return { uid, gid: /^\d+$/.test(group?.value ?? '') ? group?.value : undefined, home };
}

/** Images with an account of their own for the program give it the first free number. */
const OWN_USERS: Readonly<Partial<Record<string, KnownUser>>> = {
  // https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#non-root-user
  node: { uid: '1000', gid: '1000', home: '/home/node' },
};

function ownUser(file: Dockerfile, run: Run, name: string): KnownUser | undefined {
  const stage = file.stages[run.stage];
  const base = stage && rootBase(file, stage);
  if (base?.kind !== 'image' || baseImage(base.ref)?.ownUser !== name) return undefined;
  return Object.hasOwn(OWN_USERS, name) ? OWN_USERS[name] : undefined;
}
