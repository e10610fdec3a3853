import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { daemonIsOurs, startDaemon, stopDaemon } from '../../scripts/machine/daemon';
import { type Finished, finish } from '../../scripts/machine/run';

/** With `CI=true` nothing may be left out: what is missing is a failure, not a skipped test. */
export const everythingIsExpected = process.env.CI === 'true';

/**
 * Debian's own client where there is one, since a `docker` of another origin may lack the plug-in without which newer
 * clients have no BuildKit. `PLIMSOLL_DOCKER` names another one.
 */
const client = process.env.PLIMSOLL_DOCKER ?? (existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker');

/** Runs the docker command to its end. Rejects when there is no such command. */
export function tryDocker(...args: string[]): Promise<Finished> {
  return finish(client, args, { env: { ...process.env, DOCKER_BUILDKIT: '1', BUILDKIT_PROGRESS: 'plain' } });
}

/** Runs the docker command, which has to succeed, and answers what it printed, trimmed. */
export async function docker(...args: string[]): Promise<string> {
  const { code, output } = await tryDocker(...args);
  if (code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${code}\n${output}`);
  return output.trim();
}

/** Why no engine can be used: a sentence for a person; undefined when one answers. */
export async function missingEngine(): Promise<string | undefined> {
  const { code } = await tryDocker('version').catch(() => ({ code: 1 }));
  return code === 0 ? undefined : 'no Docker engine answers: start Docker, or point DOCKER_HOST to one';
}

/**
 * Whether the history of images tells the bytes of files, or what they take on the disk: the engine says so where it
 * keeps images in containerd.
 */
export async function bytesOfLayers(): Promise<'measured' | 'estimated'> {
  const driver = await docker('info', '--format', '{{json .DriverStatus}}');
  return driver.includes('io.containerd.snapshotter') ? 'estimated' : 'measured';
}

/** For mocha's `before`: without an engine the suite is skipped and says why; with `CI=true` it fails. */
export async function requireEngine(this: Mocha.Context): Promise<void> {
  skipFor(this, await missingEngine());
}

/** For mocha's `before`: as requireEngine, for suites that stop the daemon, which may only be one of our own. */
export async function requireOwnDaemon(this: Mocha.Context): Promise<void> {
  const missing = daemonIsOurs()
    ? undefined
    : "the Docker daemon was not started by Plimsoll's scripts, so it is not stopped";
  skipFor(this, (await missingEngine()) ?? missing);
}

/** Skips the suite for a reason, or fails it where everything is expected. Does nothing without a reason. */
export function skipFor(context: Mocha.Context, reason: string | undefined): void {
  if (reason === undefined) return;
  if (everythingIsExpected) throw new Error(reason);
  console.log(`    skipped: ${reason}`);
  context.skip();
}

export interface Build {
  /** The folder that is the build context. */
  readonly context: string;
  /** The Dockerfile; the context's own when left out. */
  readonly dockerfile?: string;
  readonly tag?: string;
  readonly target?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** Whether layers of earlier builds are used; `use` when left out. */
  readonly cache?: 'use' | 'ignore';
  readonly builder?: 'buildkit' | 'classic';
}

export interface BuiltImage {
  /** As in `sha256:…`. */
  readonly id: string;
  readonly milliseconds: number;
  readonly log: string;
}

/** Builds an image; rejects with the build's output when it fails. */
export async function buildImage(build: Build): Promise<BuiltImage> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-build-'));
  const idFile = join(folder, 'id');
  const buildArgs = Object.entries(build.buildArgs ?? {}).flatMap(([name, value]) => [
    '--build-arg',
    `${name}=${value}`,
  ]);
  const args = [
    ...['build', '--iidfile', idFile],
    ...(build.dockerfile ? ['--file', build.dockerfile] : []),
    ...(build.tag ? ['--tag', build.tag] : []),
    ...(build.target ? ['--target', build.target] : []),
    ...(build.cache === 'ignore' ? ['--no-cache'] : []),
    ...buildArgs,
    build.context,
  ];
  const env = {
    ...process.env,
    DOCKER_BUILDKIT: build.builder === 'classic' ? '0' : '1',
    BUILDKIT_PROGRESS: 'plain',
  };
  const began = performance.now();
  try {
    const { code, output } = await finish(client, args, { env });
    if (code !== 0) throw new Error(`The build of ${build.context} ended with ${code}\n${output}`);
    const id = (await readFile(idFile, 'utf8')).trim();
    return { id, milliseconds: Math.round(performance.now() - began), log: output };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Gives an image one more name. */
export async function tagImage(image: string, name: string): Promise<void> {
  await docker('tag', image, name);
}

/** Removes names or images, also those that a stopped container still uses. Names that are not there are no error. */
export async function removeImages(...images: string[]): Promise<void> {
  for (const image of images) {
    const { code, output } = await tryDocker('image', 'rm', '--force', image);
    if (code !== 0 && !output.includes('No such image')) throw new Error(output);
  }
}

/** Stops the daemon while `use` runs, and has it answer again afterwards. See requireOwnDaemon. */
export async function withoutDaemon<Result>(use: () => Promise<Result>): Promise<Result> {
  await stopDaemon();
  try {
    return await use();
  } finally {
    await startDaemon();
  }
}

export { startDaemon, stopDaemon };
