import { constants, type Dirent } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, readlink, statfs, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '../core/text/bytes';

/** What of a project is copied. Paths are relative to its folder, folders before what is in them. */
export interface ProjectListing {
  readonly folders: readonly { readonly path: string; readonly mode: number }[];
  readonly files: readonly string[];
  readonly links: readonly string[];
  /** Of all files. */
  readonly bytes: number;
  readonly leftOut: readonly LeftOut[];
}

/** What is not copied: no build could read it either. */
export interface LeftOut {
  readonly path: string;
  readonly because: 'is not a file' | 'cannot be read';
}

/** The project cannot be copied; the message is a sentence for people. */
export class CopyError extends Error {
  override readonly name = 'CopyError';
}

/**
 * Lists a project. Links are listed as links, wherever they lead; sockets, FIFOs and devices are left out, and so is
 * what may not be read.
 *
 * @param folder absolute
 * @param isPassedOver tells by its name what proofs made: the copies may be made below the project
 */
export async function listProject(
  folder: string,
  isPassedOver: (name: string) => boolean,
  signal: AbortSignal,
): Promise<ProjectListing> {
  const listing = {
    folders: [] as { path: string; mode: number }[],
    files: [] as string[],
    links: [] as string[],
    bytes: 0,
    leftOut: [] as LeftOut[],
  };
  const waiting = [''];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    signal.throwIfAborted();
    const found = await readFolder(join(folder, path));
    if (!found) {
      listing.leftOut.push({ path: path || '.', because: 'cannot be read' });
      continue;
    }
    listing.folders.push({ path, mode: found.mode });
    for (const entry of found.entries.filter(({ name }) => !isPassedOver(name))) {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) waiting.push(inside);
      else if (entry.isSymbolicLink()) listing.links.push(inside);
      else if (entry.isFile()) {
        listing.files.push(inside);
        listing.bytes += (await lstat(join(folder, inside)).catch(passOver))?.size ?? 0;
      } else listing.leftOut.push({ path: inside, because: 'is not a file' });
    }
  }
  return listing;
}

/** Undefined where it cannot be read. */
async function readFolder(path: string): Promise<{ mode: number; entries: Dirent[] } | undefined> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return { mode: (await lstat(path)).mode & 0o7777, entries };
  } catch (error) {
    return passOver(error);
  }
}

/** Copies made at once: a disk has several under way, and no table of open files is filled. */
const AT_ONCE = 16;

/**
 * Copies what was listed.
 *
 * @param to absolute; made here
 * @returns what could not be read
 * @throws CopyError where the disk is full
 */
export async function copyProject(
  folder: string,
  { folders, files, links }: ProjectListing,
  to: string,
  signal: AbortSignal,
): Promise<LeftOut[]> {
  const leftOut: LeftOut[] = [];
  try {
    for (const { path } of folders) await mkdir(join(to, path), { recursive: true }).catch(passOver);
    for (const path of links) {
      const target = await readlink(join(folder, path), 'buffer').catch(passOver);
      const isMade = target && (await succeeded(symlink(target, join(to, path))));
      if (!isMade) leftOut.push({ path, because: 'cannot be read' });
    }
    for (let at = 0; at < files.length; at += AT_ONCE) {
      signal.throwIfAborted();
      const some = files.slice(at, at + AT_ONCE);
      const copied = await Promise.all(some.map(path => copyOne(join(folder, path), join(to, path))));
      for (const [index, path] of some.entries())
        if (!copied[index]) leftOut.push({ path, because: 'cannot be read' });
    }
    // Last and from the innermost out: a folder may be one that nothing can be written to.
    for (const { path, mode } of folders.toReversed()) await chmod(join(to, path), mode).catch(passOver);
  } catch (error) {
    if (isFull(error))
      throw new CopyError(`The disk of the temporary folder is full: ${to} cannot be written`);
    throw error;
  }
  return leftOut;
}

/** A copy on a file system that can share blocks takes no space. */
function copyOne(from: string, to: string): Promise<boolean> {
  return succeeded(copyFile(from, to, constants.COPYFILE_FICLONE));
}

async function succeeded(made: Promise<void>): Promise<boolean> {
  try {
    await made;
    return true;
  } catch (error) {
    return passOver(error) ?? false;
  }
}

/**
 * What may not be read is left out, what went away or became something else meanwhile, what has a name that is no UTF-8
 * (it is not found by what it was read as), and what lies so deep that no path leads there.
 */
const PASSED_OVER: readonly unknown[] = ['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'EINVAL', 'ENAMETOOLONG'];

function passOver(error: unknown): undefined {
  if (PASSED_OVER.includes(codeOf(error))) return undefined;
  throw error;
}

function isFull(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/**
 * @param bytes that are about to be written
 * @throws CopyError where the disk of a folder has no room for them
 */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (bytes <= free) return;
  throw new CopyError(
    `The copies need ${formatBytes(bytes)}, and ${formatBytes(free)} are free in ${folder}: free some space there, or set TMPDIR to another folder`,
  );
}
