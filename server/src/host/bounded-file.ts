import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { tooLarge, tooSlow, UnreadablePath, unreadable } from './unreadable-path';
import { withinTime } from './within-time';

/** Bytes of the largest file that is read: a hundred times the longest Dockerfile or Compose file that anybody wrote. */
export const MOST_FILE_BYTES = 10 * 1024 * 1024;

/** Milliseconds for one file. A disk takes a few; a network file system that is down would take forever. */
export const FILE_DEADLINE = 5_000;

export interface ReadLimits {
  /** Bytes; a larger file is not read at all. `MOST_FILE_BYTES` where nothing is said. */
  readonly mostBytes?: number;
  /** Milliseconds; `FILE_DEADLINE` where nothing is said. */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
}

/**
 * The bytes of a regular file, or of the one that a link leads to. This alone reads what a workspace holds: whatever
 * is at the path of a file, it neither waits for a pipe's other end nor reads a device, and takes no more memory
 * than the limit.
 *
 * @throws UnreadablePath where it is not a regular file, too large, too slow or not there; the signal's reason, where it
 *   is aborted
 */
export function readBounded(path: string, limits: ReadLimits = {}): Promise<Buffer> {
  const { deadline = FILE_DEADLINE, mostBytes = MOST_FILE_BYTES, signal } = limits;
  // Ends a reading that is no longer needed at its next step.
  const given = new AbortController();
  const reading = readRegular(path, mostBytes, given.signal);
  // What comes after the deadline is nobody's any more.
  reading.catch(() => {});
  return withinTime(reading, deadline, () => tooSlow(path, deadline), signal).finally(() =>
    given.abort(OVER),
  );
}

/** Made once: an error for each file that is read costs more than the reading. Nobody sees it. */
const OVER = new Error('the file is no longer needed');

/** Without waiting: a pipe is opened at once though nobody writes to it, and no terminal becomes ours. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

async function readRegular(path: string, mostBytes: number, given: AbortSignal): Promise<Buffer> {
  try {
    // Before it is opened, since opening some devices does something.
    checkKind(path, await stat(path), mostBytes);
    given.throwIfAborted();
    const handle = await open(path, FLAGS);
    try {
      // Again, since something else may be there by now.
      const stats = await handle.stat();
      checkKind(path, stats, mostBytes);
      return await readAll(path, handle, stats.size, mostBytes, given);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

function checkKind(path: string, stats: Stats, mostBytes: number): void {
  if (!stats.isFile()) throw new UnreadablePath(path, `it is ${kindOf(stats)}`);
  if (stats.size > mostBytes) throw tooLarge(path, mostBytes);
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a named pipe, not a regular file';
  if (stats.isSocket()) return 'a socket, not a regular file';
  return 'a device, not a regular file';
}

/** Bytes of the first buffer for a file that says it has none, as those of `/proc` do. */
const FIRST_BUFFER = 64 * 1024;

/** @param size what the file said of itself: it may grow while it is read */
async function readAll(
  path: string,
  handle: FileHandle,
  size: number,
  mostBytes: number,
  given: AbortSignal,
): Promise<Buffer> {
  // One byte more than expected shows whether there is more.
  let buffer: Buffer = Buffer.allocUnsafe((size || Math.min(FIRST_BUFFER, mostBytes)) + 1);
  let filled = 0;
  for (;;) {
    given.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, null);
    filled += bytesRead;
    if (filled > mostBytes) throw tooLarge(path, mostBytes);
    if (bytesRead === 0 || (filled === size && filled < buffer.length)) return buffer.subarray(0, filled);
    if (filled === buffer.length) buffer = grown(buffer, mostBytes);
  }
}

function grown(buffer: Buffer, mostBytes: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.min(buffer.length * 2, mostBytes + 1));
  buffer.copy(larger);
  return larger;
}
