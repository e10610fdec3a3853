import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { buildImage, docker, removeImages } from '../support/engine';

const run = promisify(execFile);

/** An image of a few megabytes in which commands run: a shell and some tools of this machine. */
export const SHELL_IMAGE = 'plimsoll-test/shell:1';

const TOOLS = [
  '/bin/sh',
  '/bin/bash',
  '/bin/cat',
  '/bin/rm',
  '/bin/mkdir',
  '/bin/dd',
  '/bin/cp',
  '/bin/chmod',
];

/** Has the engine know `SHELL_IMAGE`. */
export async function importShellImage(): Promise<void> {
  const known = await docker('images', '--quiet', SHELL_IMAGE);
  if (known !== '') return;
  await inTemporaryFolder(async folder => {
    const root = join(folder, 'root');
    await mkdir(join(root, 'tmp'), { recursive: true });
    for (const file of await withLibraries(TOOLS)) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await copyFile(await realpath(file), join(root, file));
    }
    await run('tar', ['-C', root, '-cf', join(folder, 'root.tar'), '.']);
    await docker('import', join(folder, 'root.tar'), SHELL_IMAGE);
  });
}

async function withLibraries(programs: readonly string[]): Promise<Set<string>> {
  const files = new Set(programs);
  for (const program of programs) {
    const { stdout } = await run('ldd', [program]);
    for (const [library] of stdout.matchAll(/\/\S+/g)) files.add(library.replace(/:$/, ''));
  }
  return files;
}

export async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-docker-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface Project {
  readonly dockerfile: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly builder?: 'buildkit' | 'classic';
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/** Builds an image under a name that is removed by `removeImages`. */
export async function buildProject(
  tag: string,
  { dockerfile, files = {}, ...build }: Project,
): Promise<void> {
  await inTemporaryFolder(async folder => {
    for (const [path, text] of Object.entries({ ...files, Dockerfile: dockerfile })) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    await buildImage({ context: folder, tag, ...build });
  });
}

/** For a suite: names that are removed when it is over. */
export function removedAfterwards(...tags: readonly string[]): void {
  after(() => removeImages(...tags));
}
