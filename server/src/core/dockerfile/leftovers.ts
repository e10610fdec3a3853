import type { CacheName } from '../facts/engine';
import { imagePath } from '../manifest/copied-files';
import { aptCommand } from '../shell/apt';
import type { Command } from '../shell/command';
import { packageCommand } from '../shell/packages';
import { hasPipFlag, pipInstall } from '../shell/pip';
import type { Dockerfile, Run } from './model';
import { stateBefore } from './stage-state';

/** What a tool leaves in a layer although nothing in an image reads it again. */
export interface Leftover {
  readonly cache: CacheName;
  /** Absolute, with the home folder of root. */
  readonly folder: string;
}

interface Tool extends Leftover {
  /** True where the command writes the cache, and no option of its own keeps that from happening. */
  readonly writes: (command: Command) => boolean;
  /** An environment variable that switches the cache off. */
  readonly off?: string;
}

const TOOLS: readonly Tool[] = [
  {
    cache: 'apt package lists',
    folder: '/var/lib/apt/lists',
    writes: command => aptCommand(command)?.verb === 'update',
  },
  {
    cache: 'apk cache',
    folder: '/var/cache/apk',
    writes: command =>
      command.name === 'apk' && !hasWord(command, '--no-cache') && hasWord(command, 'add', 'update'),
  },
  {
    cache: 'dnf cache',
    folder: '/var/cache/dnf',
    writes: command => /^(dnf5?|microdnf|tdnf)$/.test(command.name) && isInstall(command),
  },
  {
    cache: 'yum cache',
    folder: '/var/cache/yum',
    writes: command => command.name === 'yum' && isInstall(command),
  },
  {
    cache: 'pip cache',
    folder: '/root/.cache/pip',
    off: 'PIP_NO_CACHE_DIR',
    writes: command => {
      const install = pipInstall(command);
      return install !== undefined && !hasPipFlag(install, '--no-cache-dir', '--no-cache', '--dry-run');
    },
  },
  {
    cache: 'uv cache',
    folder: '/root/.cache/uv',
    off: 'UV_NO_CACHE',
    writes: command =>
      command.name === 'uv' && hasWord(command, 'sync', 'install') && !hasWord(command, '--no-cache', '-n'),
  },
  {
    cache: 'npm cache',
    folder: '/root/.npm',
    writes: command => command.name === 'npm' && hasWord(command, 'ci', 'install', 'i'),
  },
];

function hasWord({ words }: Command, ...texts: readonly string[]): boolean {
  return words.slice(1).some(word => texts.includes(word.text));
}

function isInstall(command: Command): boolean {
  return packageCommand(command)?.action === 'install';
}

/** What the layer of a RUN holds when it is over: caches that its commands wrote and none of them removed. */
export function leftoversOf(file: Dockerfile, run: Run): Leftover[] {
  if (run.script.broken) return [];
  const { commands } = run.script;
  return TOOLS.filter(tool => {
    const wroteAt = commands.findLastIndex(tool.writes);
    if (wroteAt === -1 || isOff(tool, file, run, commands[wroteAt]) || isMounted(run, tool.folder))
      return false;
    return !commands
      .slice(wroteAt)
      .some(command => removedBy(file, run, command).some(folder => covers(folder, tool.folder)));
  });
}

function isOff({ off }: Tool, file: Dockerfile, run: Run, command: Command | undefined): boolean {
  if (off === undefined) return false;
  return (
    (stateBefore(file, run).env.get(off) ?? '') !== '' ||
    command?.assignments.some(it => it.name === off) === true
  );
}

function isMounted({ mounts }: Run, folder: string): boolean {
  return mounts.some(({ type, target }) => {
    const keepsOut = type === 'cache' || type === 'tmpfs';
    return keepsOut && target !== undefined && covers(imagePath('/', target), folder);
  });
}

/** True where whoever removes `outer` removes `inner` too. */
export function covers(outer: string, inner: string): boolean {
  return outer === inner || inner.startsWith(outer === '/' ? '/' : `${outer}/`);
}

/**
 * The folders and files that a command removes, as absolute paths: what `rm -rf` is given, and what the tools clean by
 * themselves. A path that a variable decides is left out.
 */
export function removedBy(file: Dockerfile, run: Run, command: Command): string[] {
  const cleaned = CLEANERS.find(it => it.cleans(command));
  if (cleaned) return [...cleaned.folders];
  if (command.name !== 'rm') return [];
  const workdir = stateBefore(file, run).workdir;
  return command.words.slice(1).flatMap(({ text, literal }) => {
    if (text.startsWith('-') || !literal) return [];
    const path = text.replace(/^~(?=\/|$)/, '/root').replace(/\/\*$/, '');
    if (!path.startsWith('/') && workdir === undefined) return [];
    return /[*?[{]/.test(path) ? [] : [imagePath(workdir ?? '/', path)];
  });
}

interface Cleaner {
  readonly cleans: (command: Command) => boolean;
  readonly folders: readonly string[];
}

const CLEANERS: readonly Cleaner[] = [
  {
    cleans: command => ['clean', 'autoclean'].includes(aptCommand(command)?.verb ?? ''),
    folders: ['/var/cache/apt'],
  },
  {
    cleans: command => /^dist-?clean$/.test(aptCommand(command)?.verb ?? ''),
    folders: ['/var/cache/apt', '/var/lib/apt/lists'],
  },
  {
    cleans: command => /^(dnf5?|microdnf|tdnf|yum)$/.test(command.name) && hasWord(command, 'clean'),
    folders: ['/var/cache/dnf', '/var/cache/yum'],
  },
  { cleans: command => command.name === 'apk' && hasWord(command, 'cache'), folders: ['/var/cache/apk'] },
  {
    cleans: command =>
      /^pip(\d(\.\d+)?)?$/.test(command.name) && hasWord(command, 'cache') && hasWord(command, 'purge'),
    folders: ['/root/.cache/pip'],
  },
  {
    cleans: command =>
      command.name === 'uv' && hasWord(command, 'cache') && hasWord(command, 'clean', 'prune'),
    folders: ['/root/.cache/uv'],
  },
  {
    cleans: command => command.name === 'npm' && hasWord(command, 'cache') && hasWord(command, 'clean', 'rm'),
    folders: ['/root/.npm'],
  },
];

/** The caches that are known here, by the folders that they are in. */
export function knownLeftoversIn(folder: string): Leftover[] {
  return [...TOOLS, APT_ARCHIVES].filter(tool => covers(folder, tool.folder));
}

/** The official images of Debian and Ubuntu, and what is built on them, empty this by themselves. */
const APT_ARCHIVES: Leftover = { cache: 'apt package archives', folder: '/var/cache/apt' };
