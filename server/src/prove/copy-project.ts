import { constants } from 'node:fs';
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
  readonly because: 'is no file' | 'cannot be read';
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
 * @param except a folder that is passed over: the copies may be made below the project
 */
export async function listProject(
  folder: string,
  except: string,
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
    const here = join(folder, path);
    if (here === except) continue;
    const entries = await readdir(here, { withFileTypes: true }).catch(passOver);
    if (!entries) {
      listing.leftOut.push({ path: path || '.', because: 'cannot be read' });
      continue;
    }
    listing.folders.push({ path, mode: (await lstat(here)).mode & 0o7777 });
    for (const entry of entries) {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) waiting.push(inside);
      else if (entry.isSymbolicLink()) listing.links.push(inside);
      else if (entry.isFile()) {
        listing.files.push(inside);
        listing.bytes += (await lstat(join(folder, inside)).catch(passOver))?.size ?? 0;
      } else listing.leftOut.push({ path: inside, because: 'is no file' });
    }
  }
  return listing;
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
    for (const { path } of folders) await mkdir(join(to, path), { recursive: true });
    for (const path of links) await symlink(await readlink(join(folder, path)), join(to, path));
    for (let at = 0; at < files.length; at += AT_ONCE) {
      signal.throwIfAborted();
      const some = files.slice(at, at + AT_ONCE);
      const copied = await Promise.all(some.map(path => copyOne(join(folder, path), join(to, path))));
      for (const [index, path] of some.entries())
        if (!copied[index]) leftOut.push({ path, because: 'cannot be read' });
    }
    // Last and from the innermost out: a folder may be one that nothing can be written to.
    for (const { path, mode } of folders.toReversed()) await chmod(join(to, path), mode);
  } catch (error) {
    if (isFull(error))
      throw new CopyError(`The disk of the temporary folder is full: ${to} cannot be written`);
    throw error;
  }
  return leftOut;
}

/** A copy on a file system that can share blocks takes no space. */
async function copyOne(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    return passOver(error) ?? false;
  }
}

/** What may not be read is left out, and what went away meanwhile. */
function passOver(error: unknown): undefined {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'ENOENT') return undefined;
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
    `The copies need ${formatBytes(bytes)}, and ${formatBytes(free)} are free in ${folder}: make room there, or name another folder in TMPDIR`,
  );
}
