import { posix } from 'node:path';

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
