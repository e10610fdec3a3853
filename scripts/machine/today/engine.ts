import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { builtProgram, missingProgram } from '../go-programs';

/**
 * The engines beside Debian's Docker: the one of today with images in containerd, as is usual now, or in the store that
 * Docker had before, and Debian's Podman.
 */
export const engineKinds = ['containerd', 'overlay2', 'podman'] as const;
export type EngineKind = (typeof engineKinds)[number];

/** Why such an engine cannot run here, and what would make it possible; undefined where it can. */
export function missingEngineOfKind(kind: EngineKind): string | undefined {
  const missing = kind === 'podman' ? missingPodman() : missingProgram('dockerd');
  if (missing !== undefined) return missing;
  return process.getuid?.() === 0 ? undefined : 'another engine needs the rights of root';
}

const podman = '/usr/bin/podman';

function missingPodman(): string | undefined {
  return existsSync(podman) ? undefined : 'there is no Podman (on Debian, `podman` and `netavark`)';
}

export interface RunningEngine {
  /** For DOCKER_HOST. */
  readonly host: string;
  /** Ends it and removes all that it held. */
  stop(): Promise<void>;
}

/** What the engine has around it. */
export interface Surroundings {
  /** The largest packet that leaves its network namespace, in bytes. */
  readonly mtu: number;
  /** A registry that stands in for Docker Hub, as in `127.0.0.1:41537`; undefined where there is none. */
  readonly mirror: string | undefined;
}

interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

const startWithin = 120_000;
const stopWithin = 30_000;

/**
 * Starts an engine in this process's network namespace, which no other engine may use, with mounts and data of its own.
 * Rejects with its last words where it does not answer.
 */
export async function startEngine(kind: EngineKind, around: Surroundings): Promise<RunningEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-today-'));
  const socket = join(folder, 'engine.sock');
  const { command, args, env } = await (kind === 'podman'
    ? podmanIn(folder, socket, around)
    : dockerdIn(folder, socket, kind, around));
  const log = openSync(join(folder, 'log'), 'a');
  // It ends with this process, also where that is killed.
  const engine = spawn('setpriv', ['--pdeathsig', 'TERM', 'unshare', '--mount', command, ...args], {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
  });
  closeSync(log);
  let ended = '';
  engine.once('error', error => {
    ended = error.message;
  });
  engine.once('exit', code => {
    ended = `it ended with ${code}`;
  });
  const stop = async () => {
    engine.kill('SIGTERM');
    for (let waited = 0; ended === '' && waited < stopWithin; waited += 100) await wait(100);
    engine.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  for (let waited = 0; !(await answers(socket)); waited += 100) {
    if (ended === '' && waited < startWithin) {
      await wait(100);
      continue;
    }
    const last = (await readFile(join(folder, 'log'), 'utf8')).split('\n').slice(-20).join('\n');
    await stop();
    throw new Error(`The engine did not start: ${ended || 'it does not answer'}\n${last}`);
  }
  return { host: `unix://${socket}`, stop };
}

async function dockerdIn(
  folder: string,
  socket: string,
  store: Exclude<EngineKind, 'podman'>,
  { mtu, mirror }: Surroundings,
): Promise<Program> {
  const programs = builtProgram('dockerd') ?? '';
  const at = (name: string) => join(folder, name);
  const configuration = {
    // Debian's runc knows no time namespaces.
    features: { 'time-namespaces': false, 'containerd-snapshotter': store === 'containerd' },
    ...(store === 'overlay2' ? { 'storage-driver': 'overlay2' } : {}),
    mtu,
    'registry-mirrors': mirror ? [`http://${mirror}`] : [],
  };
  await writeFile(at('daemon.json'), JSON.stringify(configuration));
  return {
    command: join(programs, 'dockerd'),
    args: [
      ...['--config-file', at('daemon.json'), '--host', `unix://${socket}`, '--pidfile', at('pid')],
      ...['--data-root', at('data'), '--exec-root', at('exec')],
    ],
    env: { PATH: `${programs}${delimiter}${process.env.PATH}` },
  };
}

async function podmanIn(folder: string, socket: string, { mirror }: Surroundings): Promise<Program> {
  const at = (name: string) => join(folder, name);
  const mirrored = `[[registry]]\nlocation = "docker.io"\n[[registry.mirror]]\nlocation = "${mirror}"\ninsecure = true\n`;
  const registries = `unqualified-search-registries = ["docker.io"]\n${mirror ? mirrored : ''}`;
  await writeFile(at('registries.conf'), registries);
  // Its own limits are higher than a sandboxed root may set.
  await writeFile(
    at('containers.conf'),
    '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n',
  );
  return {
    command: podman,
    args: [
      ...['--root', at('data'), '--runroot', at('run'), '--tmpdir', at('tmp'), '--storage-driver', 'overlay'],
      ...['--cgroup-manager', 'cgroupfs', '--events-backend', 'file', '--network-backend', 'netavark'],
      ...['system', 'service', '--time', '0', `unix://${socket}`],
    ],
    env: { CONTAINERS_REGISTRIES_CONF: at('registries.conf'), CONTAINERS_CONF: at('containers.conf') },
  };
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise(resolve => {
    const ping = request({ socketPath, path: '/_ping', timeout: 5_000 }, response => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.once('timeout', () => ping.destroy());
    ping.once('error', () => resolve(false));
    ping.end();
  });
}
