import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, root } from '../../scripts/machine/folders';

/** Moves on with every release. */
const version = '0.1.0';
const commit = '1acb973018baa12a3e4857c1aed1082a2c2ec22e';

export interface PreviousRelease {
  readonly version: string;
  /** Its `cli.js`; or why it is not to be had. */
  readonly program: { readonly path: string } | { readonly missing: string };
}

/**
 * The release before this one, built from the clone's own history with the libraries that are installed now, once for
 * each machine.
 */
export function previousRelease(): PreviousRelease {
  const folder = join(cacheFolder, 'bench', commit);
  const path = join(folder, 'dist/cli.js');
  if (existsSync(path)) return { version, program: { path } };
  if (!isInHistory()) {
    const missing = `this clone's history does not hold ${commit.slice(0, 7)}; git fetch --unshallow brings it`;
    return { version, program: { missing } };
  }
  build(folder);
  return { version, program: { path } };
}

function isInHistory(): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: root, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What breaks off half-way is not taken for a release. */
function build(folder: string): void {
  const half = `${folder}.${process.pid}`;
  mkdirSync(half, { recursive: true });
  try {
    const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 1e9 });
    execFileSync('tar', ['-x'], { cwd: half, input: archive });
    symlinkSync(join(root, 'node_modules'), join(half, 'node_modules'));
    execFileSync(process.execPath, ['scripts/bundle.mjs'], { cwd: half, stdio: 'inherit' });
    renameSync(half, folder);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}
