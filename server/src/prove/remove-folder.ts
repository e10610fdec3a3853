import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes a folder with all that is in it, also where folders in it may not be written to.
 *
 * @returns why something is left: what a container wrote may belong to root; undefined where nothing is
 */
export async function removeFolder(folder: string): Promise<string | undefined> {
  try {
    await rm(folder, { recursive: true, force: true });
    return undefined;
  } catch {
    await makeWritable(folder);
  }
  try {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    return undefined;
  } catch (error) {
    return `${folder} cannot be removed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function makeWritable(folder: string): Promise<void> {
  try {
    await chmod(folder, 0o700);
    for (const entry of await readdir(folder, { withFileTypes: true }))
      if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
  } catch {
    // It belongs to another program, or no longer there: removing says so.
  }
}
