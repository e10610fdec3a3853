import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cacheFolder } from './folders';

/** Where the daemon listens that this module starts, and stops. */
export const daemonSocket = '/var/run/docker.sock';

const log = join(cacheFolder, 'dockerd.log');
const pidFile = '/var/run/docker.pid';
const containerdPidFile = '/var/run/docker/containerd/containerd.pid';
/** Stands in the environment of a daemon that was started here: it may be stopped again, others may not. */
const mark = 'PLIMSOLL_STARTED_THIS=1';
const startWithin = 60_000;
const stopWithin = 30_000;

/** Whether an engine answers at the default socket. */
export function daemonAnswers(): Promise<boolean> {
  return new Promise(resolve => {
    const ping = request({ socketPath: daemonSocket, path: '/_ping', timeout: 5_000 }, response => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.once('timeout', () => ping.destroy());
    ping.once('error', () => resolve(false));
    ping.end();
  });
}

/** Whether the running daemon was started by this module, and so may be stopped for a test. */
export function daemonIsOurs(): boolean {
  const pid = runningPid(pidFile, 'dockerd');
  return pid !== undefined && readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark);
}

/** Starts Docker's daemon unless one answers, and resolves when it does. It outlives this process. */
export async function startDaemon(): Promise<void> {
  if (await daemonAnswers()) return;

  dropStale(pidFile, 'dockerd');
  dropStale(containerdPidFile, 'containerd');
  mkdirSync(cacheFolder, { recursive: true });
  const output = openSync(log, 'a');
  const [name, value] = mark.split('=') as [string, string];
  const daemon = spawn('dockerd', [`--mtu=${await outgoingMtu()}`], {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, [name]: value },
  });
  closeSync(output);
  daemon.unref();
  let ended = '';
  daemon.once('error', error => {
    ended = error.message;
  });
  daemon.once('exit', code => {
    ended = `it ended with ${code}`;
  });
  await until(startWithin, async () => {
    if (ended) throw new Error(`Docker's daemon did not start: ${ended}\n${lastLines(log)}`);
    return daemonAnswers();
  });
}

/**
 * As startDaemon, but a daemon that somebody else started on this machine gives way to one that tests may stop. For
 * machines that are there for nothing but the tests.
 */
export async function startOwnDaemon(): Promise<void> {
  const pid = runningPid(pidFile, 'dockerd');
  if (pid !== undefined && !daemonIsOurs()) await end(pid);
  await startDaemon();
}

/** Stops a daemon that this module started, with its containers, and resolves when its process is gone. */
export async function stopDaemon(): Promise<void> {
  const pid = runningPid(pidFile, 'dockerd');
  if (pid === undefined) return;
  if (!daemonIsOurs())
    throw new Error("This Docker daemon was not started by Plimsoll's scripts: it stays as it is");
  await end(pid);
}

async function end(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  await until(stopWithin, async () => !isRunning(pid));
}

/**
 * Packets of a container leave through the machine's own interface. Where that one takes less than Docker's 1500 bytes
 * (tunnels, virtual machines), downloads inside builds would hang.
 */
export async function outgoingMtu(): Promise<number> {
  const routes = readFileSync('/proc/net/route', 'utf8').split('\n');
  const device = routes
    .map(route => route.split('\t'))
    .find(([, destination]) => destination === '00000000')?.[0];
  return device ? Number(readFileSync(`/sys/class/net/${device}/mtu`, 'utf8')) : 1500;
}

/** A machine that was switched off leaves the file behind, and another process may have got the number since. */
function dropStale(file: string, program: string): void {
  if (runningPid(file, program) === undefined) rmSync(file, { force: true });
}

function runningPid(file: string, program: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8'));
  const name = `/proc/${pid}/comm`;
  return existsSync(name) && readFileSync(name, 'utf8').trim() === program ? pid : undefined;
}

/** A process that has ended, but for which nobody has waited, still has a number, and no command line any more. */
function isRunning(pid: number): boolean {
  const commandLine = `/proc/${pid}/cmdline`;
  return existsSync(commandLine) && readFileSync(commandLine, 'utf8') !== '';
}

/** The daemon tells nobody when it is ready or gone, so this asks again and again. */
async function until(milliseconds: number, done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await done())) {
    if (Date.now() > deadline) {
      throw new Error(`Docker's daemon did not do it within ${milliseconds / 1000} s\n${lastLines(log)}`);
    }
    await wait(100);
  }
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').split('\n').slice(-30).join('\n');
}
