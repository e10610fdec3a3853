import { readFile } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** A path that cannot be read; the message is a sentence for the user. */
export class UnreadablePath extends Error {
  constructor(
    readonly path: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`${path} cannot be read: ${reason}.`, options);
    this.name = 'UnreadablePath';
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is no folder',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
};

export function unreadable(path: string, error: unknown): UnreadablePath {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = REASONS[code] ?? (code === '' ? String(error) : `the system says ${code}`);
  return new UnreadablePath(path, reason, { cause: error });
}

/**
 * The text of a file. A byte order mark stays in the text, so that offsets are those of the file; bytes that are no
 * UTF-8 become replacement characters.
 *
 * @throws UnreadablePath
 */
export async function readText(path: string): Promise<string> {
  try {
    return decodeText(await readFile(path));
  } catch (error) {
    throw unreadable(path, error);
  }
}

export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** The path as facts and findings name it: POSIX, relative to the root, `.` for the root itself. */
export function relativePath(root: string, path: string): string {
  const inside = relative(root, resolve(root, path));
  if (inside === '') return '.';
  return isAbsolute(inside) ? toPosix(path) : toPosix(inside);
}

function toPosix(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}
