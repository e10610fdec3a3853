import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cacheFolder, root } from './folders';
import { finish, output } from './run';

// Debian's engine is years old, and what engines tell has changed since. The one of today is built from its public Go
// modules, where Go is there: ten minutes once, kept outside the clone by the versions in `tools/engines/go.mod`.

const manifest = join(root, 'tools/engines');
const files = ['go.mod', 'go.sum'];
const programs = ['docker-proxy', 'dockerd'].map(name => `github.com/moby/moby/v2/cmd/${name}`);

/** Where an engine keeps images: in containerd, as is usual today, or as Docker did before. */
export type ImageStore = 'containerd' | 'overlay2';

/** The folder of the programs; undefined where they have not been built. */
export function engineOfToday(): string | undefined {
  const folder = programsFolder();
  return existsSync(folder) ? folder : undefined;
}

/** Whether there is a Go that can build the engine. */
export async function hasGo(): Promise<boolean> {
  const { code, output: said } = await finish('go', ['env', 'GOVERSION']).catch(() => ({
    code: 1,
    output: '',
  }));
  const [, minor] = /^go1\.(\d+)/.exec(said) ?? [];
  const [, wanted] = /^go 1\.(\d+)/m.exec(readFileSync(join(manifest, 'go.mod'), 'utf8')) ?? [];
  return code === 0 && Number(minor) >= Number(wanted);
}

/** Builds the engine unless that is done, as `installTools` does: what is not complete is never taken for it. */
export async function installEngineOfToday(): Promise<void> {
  const folder = programsFolder();
  if (existsSync(folder)) return;
  if (!(await hasGo())) {
    console.log(
      'The engine of today is not tested with: there is no Go to build it, or an older one than it needs',
    );
    return;
  }
  console.log('Building the engine of today, which takes ten minutes once');
  const unfinished = `${folder}.${process.pid}`;
  const module = join(unfinished, 'module');
  await mkdir(module, { recursive: true });
  try {
    for (const file of files) await cp(join(manifest, file), join(module, file));
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly -buildvcs=false' };
    await output('go', ['build', '-o', `${unfinished}/`, ...programs], { cwd: module, env });
    await rm(module, { recursive: true });
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function programsFolder(): string {
  const digest = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of files) digest.update(readFileSync(join(manifest, file)));
  return join(cacheFolder, `engine-${digest.digest('hex').slice(0, 12)}`);
}

export interface RunningEngine {
  /** For DOCKER_HOST. */
  readonly host: string;
  /** Ends it and removes all that it held. */
  stop(): Promise<void>;
}

const startWithin = 120_000;
const stopWithin = 30_000;

/**
 * Starts the engine of today with a network, mounts and data of its own, so that it shares nothing with another one.
 * Rejects with its last words where it does not answer.
 */
export async function startEngineOfToday(store: ImageStore): Promise<RunningEngine> {
  const built = engineOfToday();
  if (built === undefined)
    throw new Error('The engine of today has not been built: `npm run setup -- today`');
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-today-'));
  const at = (name: string) => join(folder, name);
  await writeFile(at('daemon.json'), JSON.stringify(configurationOf(store)));
  const log = openSync(at('log'), 'a');
  const options = [
    ...['--config-file', at('daemon.json'), '--host', `unix://${at('docker.sock')}`, '--pidfile', at('pid')],
    ...['--data-root', at('data'), '--exec-root', at('exec')],
  ];
  const script = 'ip link set lo up && exec dockerd "$@"';
  const daemon = spawn('unshare', ['--net', '--mount', 'sh', '-c', script, 'sh', ...options], {
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: `${built}${delimiter}${process.env.PATH}` },
  });
  closeSync(log);
  let ended = '';
  daemon.once('error', error => {
    ended = error.message;
  });
  daemon.once('exit', code => {
    ended ||= `it ended with ${code}`;
  });
  const stop = async () => {
    daemon.kill('SIGTERM');
    for (let waited = 0; ended === '' && waited < stopWithin; waited += 100) await wait(100);
    daemon.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  for (let waited = 0; !(await answers(at('docker.sock'))); waited += 100) {
    if (ended === '' && waited < startWithin) {
      await wait(100);
      continue;
    }
    const last = (await readFile(at('log'), 'utf8')).split('\n').slice(-20).join('\n');
    await stop();
    throw new Error(`The engine of today did not start: ${ended || 'it does not answer'}\n${last}`);
  }
  return { host: `unix://${at('docker.sock')}`, stop };
}

/** Debian's runc knows no time namespaces. */
function configurationOf(store: ImageStore): object {
  const features = { 'time-namespaces': false, 'containerd-snapshotter': store === 'containerd' };
  return store === 'containerd' ? { features } : { features, 'storage-driver': 'overlay2' };
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
