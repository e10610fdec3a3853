import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { LIMITS } from '../docker/limits';

/**
 * The docker command, which has BuildKit: the API alone builds only with the classic builder, which knows no mounts.
 * `PLIMSOLL_DOCKER` names one; a distribution's own comes before what else is on the PATH, since a client without its
 * build plug-in cannot build.
 */
const program = process.env.PLIMSOLL_DOCKER || (existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker');

/** Ran and failed: the message holds the last lines of what it printed. */
export class DockerCommandError extends Error {
  override readonly name = 'DockerCommandError';
}

/** Who builds: BuildKit, or the engine by itself, as podman does, whose socket cannot serve BuildKit. */
export type Builder = 'buildkit' | 'engine';

/**
 * Runs the docker command to its end.
 *
 * @param session the mark of the session that it works for, where it would go on by itself were the session killed
 * @returns what it printed to standard output, trimmed
 * @throws DockerCommandError where it fails or does not end in time; the signal's reason where it is aborted
 */
export async function docker(
  args: readonly string[],
  signal: AbortSignal,
  session?: string,
  builder: Builder = 'buildkit',
): Promise<string> {
  return (await run(args, signal, session, builder)).out.trim();
}

/**
 * Runs the docker command and hands on what it prints while it prints it.
 *
 * @param use reads to the end
 * @throws DockerCommandError where the command fails; what `use` throws; the signal's reason where it is aborted
 */
export async function readOutput<T>(
  args: readonly string[],
  use: (output: Readable) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const child = spawn(program, args, { detached: HAS_GROUPS, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', chunk => {
    said = withLast(said, chunk);
  });
  const ended = new Promise<string>(resolve => {
    child.once('error', error => resolve(`docker ${args[0]}: ${error.message}`));
    child.once('close', code =>
      resolve(code === 0 ? '' : `docker ${args.join(' ')} ended with ${code}:\n${lastLines(said)}`),
    );
  });
  const abort = () => endGroup(child, 'SIGKILL');
  signal.addEventListener('abort', abort, { once: true });
  try {
    const result = await use(child.stdout);
    const failure = await ended;
    if (failure !== '') throw new DockerCommandError(failure);
    return result;
  } catch (error) {
    abort();
    const failure = await ended;
    signal.throwIfAborted();
    // What was read is odd because the command failed.
    throw failure !== '' && said !== '' ? new DockerCommandError(failure, { cause: error }) : error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * The last lines that a container wrote, to whichever of its two outputs.
 *
 * @throws DockerCommandError
 */
export async function lastLogs(container: string, signal: AbortSignal): Promise<string> {
  return (await run(['logs', '--tail', '20', container], signal, undefined, 'buildkit')).all.trim();
}

/** Names the session in the environment of what it starts, so that it is found when the session was killed. */
export const SESSION_VARIABLE = 'PLIMSOLL_PROVE';

/**
 * Settles when nothing of the command is left, also where it is aborted: what is removed afterwards is all that there
 * will be.
 */
function run(
  args: readonly string[],
  signal: AbortSignal,
  session: string | undefined,
  builder: Builder,
): Promise<{ out: string; all: string }> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const env = {
      ...process.env,
      DOCKER_BUILDKIT: builder === 'buildkit' ? '1' : '0',
      BUILDKIT_PROGRESS: 'plain',
      ...(session === undefined ? {} : { [SESSION_VARIABLE]: session }),
    };
    // A group of its own: Ctrl-C does not reach it past us, and its plug-ins end with it.
    const child = spawn(program, args, { env, detached: HAS_GROUPS, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let all = '';
    child.stdout.on('data', chunk => {
      if (out.length < MOST_READ) out += chunk;
      all = withLast(all, chunk);
    });
    child.stderr.on('data', chunk => {
      all = withLast(all, chunk);
    });
    const abort = () => {
      endGroup(child, 'SIGTERM');
      killing = setTimeout(() => endGroup(child, 'SIGKILL'), GRACE);
    };
    let killing: NodeJS.Timeout | undefined;
    const settle = () => {
      signal.removeEventListener('abort', abort);
      clearTimeout(killing);
    };
    signal.addEventListener('abort', abort, { once: true });
    child.once('error', error => {
      settle();
      reject(new DockerCommandError(`docker ${args[0]}: ${error.message}`));
    });
    child.once('close', code => {
      settle();
      if (signal.aborted) reject(whyAborted(args, signal));
      else if (code === 0) resolve({ out, all });
      else reject(new DockerCommandError(`docker ${args.join(' ')} ended with ${code}:\n${lastLines(all)}`));
    });
  });
}

/** A build may print without end. In UTF-16 units: no answer of the command is longer, and of a log only the end is read. */
const MOST_READ = 16 * 1024 * 1024;
const END_OF_LOG = 64 * 1024;

function withLast(text: string, more: string): string {
  const all = text + more;
  return all.length > 2 * END_OF_LOG ? all.slice(-END_OF_LOG) : all;
}

const HAS_GROUPS = process.platform !== 'win32';

/** How long the command may take to end by itself, in milliseconds: it tells the engine to stop building. */
const GRACE = 5_000;

function endGroup(child: ChildProcess, how: 'SIGTERM' | 'SIGKILL'): void {
  if (!HAS_GROUPS || child.pid === undefined) {
    child.kill(how);
    return;
  }
  try {
    process.kill(-child.pid, how);
  } catch {
    // Nothing of it is left.
  }
}

function whyAborted(args: readonly string[], { reason }: AbortSignal): unknown {
  const isLate = reason instanceof DOMException && reason.name === 'TimeoutError';
  return isLate ? new DockerCommandError(`docker ${args[0]} did not end in time`) : reason;
}

/** A signal that is aborted with another one, and when a time is over. In milliseconds. */
export function orAfter(milliseconds: number, signal: AbortSignal): AbortSignal {
  const late = AbortSignal.timeout(milliseconds);
  // Node 20 forgets a time that only `AbortSignal.any` waits for; one that has a listener stays.
  late.addEventListener('abort', () => undefined);
  return AbortSignal.any([signal, late]);
}

/**
 * Nothing can be built without the command and an engine that answers it.
 *
 * @returns who builds there
 * @throws DockerCommandError with a sentence that says what is missing and what to do
 */
export async function requireEngine(signal: AbortSignal): Promise<Builder> {
  try {
    const inTime = orAfter(LIMITS.answer, signal);
    const parts = '{{.Server.Version}}{{range .Server.Components}} {{.Name}}{{end}}';
    return /podman/i.test(await docker(['version', '--format', parts], inTime)) ? 'engine' : 'buildkit';
  } catch (error) {
    signal.throwIfAborted();
    throw new DockerCommandError(whatIsMissing(error instanceof Error ? error.message : ''), {
      cause: error,
    });
  }
}

function whatIsMissing(said: string): string {
  if (said.includes('spawn') && /\bE(?:NOENT|ACCES|NOTDIR)\b/.test(said))
    return `Proofs build with the docker command, but there is no command ${program}: install Docker, or set PLIMSOLL_DOCKER to its command.`;
  if (/permission denied/i.test(said))
    return 'You have no permission to open the container engine’s socket: add yourself to its group, then log in again.';
  return 'Proofs build and start containers, but no container engine answers: start Docker, or set DOCKER_HOST to its address.';
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-25).join('\n');
}
