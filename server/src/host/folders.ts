import { posix } from 'node:path';

/** Whether a changed path is in a folder, is the folder, or holds it. */
export function isWithin(path: string, folder: string): boolean {
  if (folder === '.') return !path.startsWith('../');
  return path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`);
}

/** The folder of a file and those above it up to the root; only its own where it is outside. */
export function foldersAbove(path: string): string[] {
  const own = posix.dirname(path);
  if (own.startsWith('..') || posix.isAbsolute(own)) return [own];
  const folders = [own];
  for (let current = own; current !== '.'; current = posix.dirname(current)) {
    folders.push(posix.dirname(current));
  }
  return folders;
}
