import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { builtProgram, missingProgram } from '../go-programs';

/** Where an engine keeps images: in containerd, as is usual today, or as Docker did before. */
export const imageStores = ['containerd', 'overlay2'] as const;
export type ImageStore = (typeof imageStores)[number];

export interface RunningEngine {
  /** For DOCKER_HOST. */
  readonly host: string;
  /** Ends it and removes all that it held. */
  stop(): Promise<void>;
}

const startWithin = 120_000;
const stopWithin = 30_000;

/**
 * Starts the engine of today in this process's network namespace, which no other engine may use, with mounts and data of
 * its own. Rejects with its last words where it does not answer.
 *
 * @param mtu the largest packet that leaves the namespace, in bytes
 * @param mirror the address of a registry that stands in for Docker Hub, as in `http://127.0.0.1:41537`
 */
export async function startEngine(
  store: ImageStore,
  mtu: number,
  mirror: string | undefined,
): Promise<RunningEngine> {
  const programs = builtProgram('dockerd');
  if (programs === undefined) throw new Error(missingProgram('dockerd'));
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-today-'));
  const at = (name: string) => join(folder, name);
  const configuration = {
    ...featuresOf(store),
    mtu,
    'registry-mirrors': mirror ? [mirror] : [],
  };
  await writeFile(at('daemon.json'), JSON.stringify(configuration));
  const log = openSync(at('log'), 'a');
  const options = [
    ...['--config-file', at('daemon.json'), '--host', `unix://${at('docker.sock')}`, '--pidfile', at('pid')],
    ...['--data-root', at('data'), '--exec-root', at('exec')],
  ];
  const daemon = spawn('unshare', ['--mount', join(programs, 'dockerd'), ...options], {
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: `${programs}${delimiter}${process.env.PATH}` },
  });
  closeSync(log);
  let ended = '';
  daemon.once('error', error => {
    ended = error.message;
  });
  daemon.once('exit', code => {
    ended = `it ended with ${code}`;
  });
  const stop = async () => {
    daemon.kill('SIGTERM');
    for (let waited = 0; ended === '' && waited < stopWithin; waited += 100) await wait(100);
    daemon.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
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
function featuresOf(store: ImageStore): object {
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
