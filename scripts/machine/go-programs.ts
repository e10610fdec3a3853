import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cacheFolder, root } from './folders';
import { finish } from './run';

/** What is built from public Go modules, each in a module of its own, so that none decides the versions of another. */
const programs = {
  /** The Docker engine of 2026, and the proxy that it starts for published ports. */
  dockerd: { packages: ['github.com/moby/moby/v2/cmd/dockerd', 'github.com/moby/moby/v2/cmd/docker-proxy'] },
  /** Docker Compose, whose `config` needs no engine. */
  compose: { packages: ['github.com/docker/compose/v5/cmd'], name: 'docker-compose' },
  /** BuildKit's linter: `tools/buildkit-linter/main.go`. */
  'buildkit-linter': { packages: ['.'], name: 'buildkit-linter' },
  /** BuildKit's parser: `tools/buildkit-oracle/main.go`. */
  'buildkit-oracle': { packages: ['.'], name: 'buildkit-oracle' },
} as const satisfies Readonly<Record<string, { packages: readonly string[]; name?: string }>>;

export type GoProgram = keyof typeof programs;

/** The folder with the built program; undefined where it has not been built. */
export function builtProgram(program: GoProgram): string | undefined {
  const folder = folderOf(program);
  return existsSync(folder) ? folder : undefined;
}

/** Why the program cannot be run here, and what would make it possible; undefined where it can. */
export function missingProgram(program: GoProgram): string | undefined {
  if (builtProgram(program) !== undefined) return undefined;
  return `${program} of today is not built: with Go on the PATH, \`npm run setup -- today\` builds it`;
}

/**
 * Builds what is not built yet, one after the other, since each keeps all processors busy. What cannot be built is said,
 * and keeps nothing else from being prepared: the suites that need it are not run, which CI counts as failures.
 */
export async function buildGoPrograms(): Promise<void> {
  for (const program of Object.keys(programs) as GoProgram[]) {
    const failed = await buildGoProgram(program);
    if (failed !== undefined) console.log(`${program} of today cannot be tested with: ${failed}`);
  }
}

/** Builds a program unless it is there. Answers why it cannot be run; undefined where it can. */
export async function buildGoProgram(program: GoProgram): Promise<string | undefined> {
  if (builtProgram(program) !== undefined) return undefined;
  return (await unusableGo(program)) ?? (await build(program));
}

const environment = {
  ...process.env,
  // Where the Go of go.dev's own instructions is, for shells that have not been told.
  PATH: `${process.env.PATH}${delimiter}/usr/local/go/bin`,
  GOTOOLCHAIN: 'local',
  GOFLAGS: '-mod=readonly -buildvcs=false',
};

/** Why the Go of this machine cannot build a program; undefined where it can. */
async function unusableGo(program: GoProgram): Promise<string | undefined> {
  const { code, output } = await finish('go', ['list', '-m'], {
    cwd: manifestOf(program),
    env: environment,
  }).catch(() => ({ code: 1, output: 'there is no Go to build it' }));
  return code === 0 ? undefined : output.trim();
}

/** Registries are out of reach for a moment now and then. */
const pausesBetweenAttempts = [10_000, 30_000];

/** Answers why it failed. What is not complete is never taken for a built program. */
async function build(program: GoProgram): Promise<string | undefined> {
  const { packages, name = '' }: { packages: readonly string[]; name?: string } = programs[program];
  console.log(`Building ${program} of today, which takes some minutes once`);
  const folder = folderOf(program);
  const unfinished = `${folder}.${process.pid}`;
  const module = join(unfinished, 'module');
  await mkdir(module, { recursive: true });
  try {
    await cp(manifestOf(program), module, { recursive: true });
    // Without what only debuggers read, the programs are half as large.
    const args = ['build', '-ldflags=-s -w', '-o', `${unfinished}/${name}`, ...packages];
    const run = () => finish('go', args, { cwd: module, env: environment });
    let built = await run();
    for (const pause of pausesBetweenAttempts) {
      if (built.code === 0) break;
      await wait(pause);
      built = await run();
    }
    if (built.code !== 0) return built.output.trim();
    await rm(module, { recursive: true });
    // Another run may have been quicker.
    if (!existsSync(folder)) await rename(unfinished, folder);
    return undefined;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function manifestOf(program: GoProgram): string {
  return join(root, 'tools', program);
}

function folderOf(program: GoProgram): string {
  const digest = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of readdirSync(manifestOf(program)).sort())
    digest.update(readFileSync(join(manifestOf(program), file)));
  return join(cacheFolder, `${program}-${digest.digest('hex').slice(0, 12)}`);
}
