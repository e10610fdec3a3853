import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/machine/folders';

/** Calls `use` with a copy of the case studies that a suite may write into, and removes it afterwards. */
export async function withWorkspace<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-workspace-'));
  try {
    await cp(join(root, 'examples'), folder, { recursive: true });
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
