import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Ignore, TestResult } from 'ignore';
import { type Language, languageOf } from '../core/language';
import { FolderEntries } from './folder-entries';
import { readGitignore } from './gitignore';
import { isSkippedFolder, VIRTUALENV_MARK } from './skipped-folders';
import { readText, relativePath, unreadable } from './text-file';

/** A file to check. The path is POSIX, relative to the root. */
export interface FoundFile {
  /** POSIX, relative to the root. */
  readonly path: string;
  readonly language: Language;
}

/** What a file is that somebody named or opened: its name may be any. */
export function assumedLanguage(path: string): Language {
  return languageOf(path) ?? (/\.ya?ml$/i.test(path) ? 'compose' : 'dockerfile');
}

/**
 * Expands PATH arguments. A file is taken as it is given; a folder is searched for Dockerfiles, Compose files and Python manifests,
 * leaving out what `.gitignore` files (also those above it, up to the repository's root) shut out, and folders of
 * version control, packages and virtualenvs. Links to folders are not followed. Every file comes once, those of a
 * folder sorted.
 *
 * @param root absolute; `paths` are relative to it or absolute
 * @throws UnreadablePath for a path that does not exist or may not be read
 */
export async function listFiles(
  root: string,
  paths: readonly string[],
  entries = new FolderEntries(),
): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const path of paths) {
    for (const file of await expand(root, path, entries)) {
      if (!found.has(file.path)) found.set(file.path, file);
    }
  }
  return [...found.values()];
}

async function expand(root: string, path: string, entries: FolderEntries): Promise<FoundFile[]> {
  const absolute = resolve(root, path);
  const what = await statOf(path, absolute);
  if (!what.isDirectory()) return [{ path: relativePath(root, absolute), language: assumedLanguage(path) }];
  const files = await search(path, absolute, entries);
  return files
    .map(file => ({ path: relativePath(root, file), language: assumedLanguage(file) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function statOf(path: string, absolute: string): Promise<Stats> {
  try {
    return await stat(absolute);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The `.gitignore` files that have a say in a folder, the innermost first. */
interface GitIgnores {
  readonly folder: string;
  readonly rules: Ignore;
  readonly outer: GitIgnores | undefined;
}

interface Folder {
  readonly path: string;
  readonly ignores: GitIgnores | undefined;
}

/** Folders that are read at a time: enough to keep the disk busy. */
const AT_ONCE = 32;

async function search(path: string, top: string, entries: FolderEntries): Promise<string[]> {
  const above = await ignoresAbove(top);
  // Somebody who names an ignored folder wants it searched.
  const ignores = isIgnored(top, 'folder', above) ? undefined : above;
  const found: string[] = [];
  let folders: Folder[] = [{ path: top, ignores }];
  await entries.read(top).catch(error => {
    throw unreadable(path, error);
  });
  while (folders.length > 0) {
    const batch = folders.slice(0, AT_ONCE);
    const read = await Promise.all(batch.map(folder => readFolder(folder, entries)));
    found.push(...read.flatMap(it => it.files));
    folders = [...folders.slice(AT_ONCE), ...read.flatMap(it => it.folders)];
  }
  return found;
}

async function readFolder(
  folder: Folder,
  known: FolderEntries,
): Promise<{ files: string[]; folders: Folder[] }> {
  // A folder below the named one that may not be read hides its files from the build too.
  const entries = await known.read(folder.path).catch(() => []);
  if (entries.some(entry => entry.name === VIRTUALENV_MARK)) return { files: [], folders: [] };
  const ignores = await withOwnIgnores(folder, entries);
  const kept = (entry: Dirent, kind: 'file' | 'folder') =>
    !isIgnored(join(folder.path, entry.name), kind, ignores);
  const folders = entries
    .filter(entry => entry.isDirectory() && !isSkippedFolder(entry.name) && kept(entry, 'folder'))
    .map(entry => join(folder.path, entry.name))
    .map(path => ({ path, ignores: overruledLeftOut(path, ignores) }));
  const files = entries
    .filter(
      entry =>
        languageOf(`${basename(folder.path)}/${entry.name}`) !== undefined &&
        !entry.isDirectory() &&
        kept(entry, 'file'),
    )
    .map(entry => ({ entry, path: join(folder.path, entry.name) }));
  const regular = await Promise.all(
    files.map(({ entry, path }) => entry.isFile() || leadsToFile(entry, path)),
  );
  return { files: files.filter((_, index) => regular[index]).map(it => it.path), folders };
}

async function leadsToFile(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return false;
  return stat(path).then(
    it => it.isFile(),
    () => false,
  );
}

async function withOwnIgnores(folder: Folder, entries: readonly Dirent[]): Promise<GitIgnores | undefined> {
  if (!entries.some(entry => entry.name === '.gitignore' && entry.isFile())) return folder.ignores;
  return ignoresOf(folder.path, folder.ignores);
}

async function ignoresOf(folder: string, outer: GitIgnores | undefined): Promise<GitIgnores | undefined> {
  const text = await readText(join(folder, '.gitignore')).catch(() => undefined);
  return text === undefined ? outer : { folder, rules: readGitignore(text), outer };
}

/** The `.gitignore` files of the folders above, as far up as the repository goes; none outside a repository. */
async function ignoresAbove(folder: string): Promise<GitIgnores | undefined> {
  const above: string[] = [];
  for (let current = folder; !(await exists(join(current, '.git'))); current = dirname(current)) {
    if (current === dirname(current)) return undefined;
    above.unshift(dirname(current));
  }
  let ignores: GitIgnores | undefined;
  for (const current of above) ignores = await ignoresOf(current, ignores);
  return ignores;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * A folder that an inner file takes back is searched although an outer one shuts it out, which then has no say in it.
 * (Git would still ask the outer one for its patterns about files there.)
 */
function overruledLeftOut(folder: string, ignores: GitIgnores | undefined): GitIgnores | undefined {
  if (!ignores) return undefined;
  const outer = overruledLeftOut(folder, ignores.outer);
  if (verdictOf(folder, 'folder', ignores).ignored) return outer;
  return outer === ignores.outer ? ignores : { ...ignores, outer };
}

function isIgnored(path: string, kind: 'file' | 'folder', ignores: GitIgnores | undefined): boolean {
  for (let current = ignores; current; current = current.outer) {
    const verdict = verdictOf(path, kind, current);
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}

function verdictOf(path: string, kind: 'file' | 'folder', { folder, rules }: GitIgnores): TestResult {
  const inside = relative(folder, path).split(sep).join('/');
  return rules.test(kind === 'folder' ? `${inside}/` : inside);
}

/** The Compose files that stand in a folder itself. */
export async function composeFilesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter(entry => languageOf(entry.name) === 'compose' && !entry.isDirectory())
    .map(entry => join(folder, basename(entry.name)))
    .sort();
}
