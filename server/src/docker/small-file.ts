import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Configurations, descriptions of contexts and certificates are a thousandth of it. In bytes. */
const LARGEST_SMALL_FILE = 1024 * 1024;

/**
 * The text of a small file. Never waits: what is no regular file is not read.
 *
 * @returns undefined where it cannot be read or is larger than 1 MB
 */
export function readSmallFile(path: string): string | undefined {
  let handle: number | undefined;
  try {
    // Without it, opening a pipe without a writer would wait forever; Windows has no such flag.
    handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const found = fstatSync(handle);
    if (!found.isFile() || found.size > LARGEST_SMALL_FILE) return undefined;
    return readAtMost(handle, LARGEST_SMALL_FILE);
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** A file may grow while it is read, and those of the system have no size. */
function readAtMost(handle: number, most: number): string | undefined {
  const bytes = Buffer.alloc(most + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length <= most; length += read) {
    read = readSync(handle, bytes, length, bytes.length - length, null);
  }
  return length > most ? undefined : bytes.toString('utf8', 0, length);
}
