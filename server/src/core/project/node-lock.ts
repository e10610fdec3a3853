import { isRecord, readJson } from '../text/json';
import { oncePer } from '../text/once-per';
import { cleanPath } from './context-needs';
import type { WorkspaceFacts } from './workspace';

/** What a lock file of npm, yarn or pnpm says of the packages that are installed. */
export interface NodeLock {
  /** Every package, direct or not. */
  readonly packages: ReadonlySet<string>;
  /** Those of which it says that only development needs them; empty where the lock file tells nobody. */
  readonly development: ReadonlySet<string>;
  /** True where it tells which packages are for development. */
  readonly tellsDevelopment: boolean;
}

const NAMES = ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml'];

/** The lock file at the top of the build context; undefined where there is none, or it cannot be read. */
export function nodeLock({ context, texts }: WorkspaceFacts): NodeLock | undefined {
  const path = NAMES.map(name => cleanPath(`${context?.path ?? ''}/${name}`)).find(it => texts.has(it));
  return path === undefined ? undefined : locksIn(texts)(path);
}

/** A lock file is some hundred kilobytes long. */
const locksIn = oncePer((texts: WorkspaceFacts['texts']) => {
  const read = new Map<string, NodeLock | undefined>();
  return (path: string): NodeLock | undefined => {
    if (!read.has(path)) read.set(path, parseLock(path, texts.get(path) ?? ''));
    return read.get(path);
  };
});

function parseLock(path: string, text: string): NodeLock | undefined {
  if (path.endsWith('.json')) return npmLock(text);
  const names = path.endsWith('yarn.lock') ? yarnNames(text) : pnpmNames(text);
  return { packages: new Set(names), development: new Set(), tellsDevelopment: false };
}

interface NpmEntry {
  readonly dev?: unknown;
  readonly dependencies?: unknown;
}

/** @see https://docs.npmjs.com/cli/v10/configuring-npm/package-lock-json */
function npmLock(text: string): NodeLock | undefined {
  const lock = readJson(text);
  if (!isRecord(lock)) return undefined;
  const entries = isRecord(lock.packages) ? listed(lock.packages) : nested(lock.dependencies);
  const packages = new Set<string>();
  const needed = new Set<string>();
  for (const [name, entry] of entries) {
    packages.add(name);
    if (entry.dev !== true) needed.add(name);
  }
  const development = new Set([...packages].filter(it => !needed.has(it)));
  return { packages, development, tellsDevelopment: true };
}

/** `node_modules/a/node_modules/@b/c` is of the package `@b/c`. */
function listed(packages: Readonly<Record<string, unknown>>): [string, NpmEntry][] {
  return Object.entries(packages).flatMap(([path, entry]): [string, NpmEntry][] => {
    const at = path.lastIndexOf('node_modules/');
    return at === -1 || !isRecord(entry) ? [] : [[path.slice(at + 'node_modules/'.length), entry]];
  });
}

/** Version 1 has packages inside of packages. */
function nested(dependencies: unknown): [string, NpmEntry][] {
  const found: [string, NpmEntry][] = [];
  const waiting = [dependencies];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const [name, entry] of isRecord(next) ? Object.entries(next) : []) {
      if (!isRecord(entry)) continue;
      found.push([name, entry]);
      waiting.push(entry.dependencies);
    }
  }
  return found;
}

/** `"@a/b@^1.0.0", "@a/b@npm:^1.2.0":` begins an entry. */
function yarnNames(text: string): string[] {
  return text
    .split('\n')
    .filter(line => /^["\w@]/.test(line))
    .map(line => nameBefore(line.replace(/^"/, '')));
}

/** `/a@1.0.0:`, `/@a/b/1.0.0:` or `'@a/b@1.0.0':` below `packages` begins an entry. */
function pnpmNames(text: string): string[] {
  return text.split('\n').flatMap(line => {
    const key = /^ {2}['"]?\/?((?:@[\w.-]+\/)?[\w.-]+)[@/]\d/.exec(line)?.[1];
    return key === undefined ? [] : [key];
  });
}

function nameBefore(key: string): string {
  const end = key.indexOf('@', 1);
  return end === -1 ? key : key.slice(0, end);
}
