import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, root } from '../../scripts/machine/folders';

/** A build that measurements stand beside; or why it is not to be had. */
export type EarlierBuild =
  | { readonly name: string; readonly program: string }
  | { readonly name: string; readonly missing: string };

/** Move on with every release. */
const RELEASE = { name: 'release 0.1.0', commit: '1acb973018baa12a3e4857c1aed1082a2c2ec22e' };
const STATE = { name: 'the state before 0.3.0', commit: '6e33213cb1e8493c650e52ba2894c59de742c73e' };

/** The release before this one. */
export function previousRelease(): EarlierBuild {
  return earlierBuild(RELEASE);
}

/** The commit that is named on the command line, as in `npm run bench -- HEAD~1`, else the last one before this release was begun. */
export function previousState(): EarlierBuild {
  const [named] = process.argv.slice(2);
  return earlierBuild(named === undefined ? STATE : { name: named, commit: idOf(named) });
}

function idOf(name: string): string {
  return execFileSync('git', ['rev-parse', '--verify', `${name}^{commit}`], {
    cwd: root,
    encoding: 'utf8',
  }).trim();
}

/** Built from the clone's own history with the libraries that are installed now, once for each machine. */
function earlierBuild({ name, commit }: { readonly name: string; readonly commit: string }): EarlierBuild {
  const folder = join(cacheFolder, 'bench', commit);
  const program = join(folder, 'dist/cli.js');
  if (existsSync(program)) return { name, program };
  if (!isInHistory(commit)) {
    const missing = `this clone's history does not hold ${commit.slice(0, 7)}; git fetch --unshallow brings it`;
    return { name, missing };
  }
  build(folder, commit);
  return { name, program };
}

function isInHistory(commit: string): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: root, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What breaks off half-way is not taken for a release. */
function build(folder: string, commit: string): void {
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
