import { isAbsolute, relative, resolve, sep } from 'node:path';
import { type ReadLimits, readBounded } from './bounded-file';
import { type DecodedText, decodeText } from './decode-text';

export { UnreadablePath, unreadable } from './unreadable-path';

/**
 * The text of a file. A byte order mark stays in the text, so that offsets are those of the file; bytes that are no
 * UTF-8 become replacement characters.
 *
 * @throws UnreadablePath
 */
export async function readText(path: string, limits?: ReadLimits): Promise<string> {
  return (await readDecoded(path, limits)).text;
}

/**
 * The text of a file, with what is wrong with its encoding.
 *
 * @throws UnreadablePath
 */
export async function readDecoded(path: string, limits?: ReadLimits): Promise<DecodedText> {
  return decodeText(await readBounded(path, limits));
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
