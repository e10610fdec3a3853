import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * The docker command, which has BuildKit: the API alone builds only with the classic builder, which knows no mounts.
 * `PLIMSOLL_DOCKER` names one; a distribution's own comes before what else is on the PATH, since a client without its
 * build plug-in cannot build.
 */
const program = process.env.PLIMSOLL_DOCKER ?? (existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker');

/** Ran and failed: the message holds the last lines of what it printed. */
export class DockerCommandError extends Error {
  override readonly name = 'DockerCommandError';
}

/**
 * Runs the docker command to its end.
 *
 * @returns what it printed to standard output, trimmed
 * @throws DockerCommandError where it fails or is aborted
 */
export async function docker(args: readonly string[], signal: AbortSignal): Promise<string> {
  return (await run(args, signal)).out.trim();
}

/**
 * The last lines that a container wrote, to whichever of its two outputs.
 *
 * @throws DockerCommandError
 */
export async function lastLogs(container: string, signal: AbortSignal): Promise<string> {
  return (await run(['logs', '--tail', '20', container], signal)).all.trim();
}

function run(args: readonly string[], signal: AbortSignal): Promise<{ out: string; all: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, DOCKER_BUILDKIT: '1', BUILDKIT_PROGRESS: 'plain' };
    const child = spawn(program, args, { env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let all = '';
    child.stdout.on('data', chunk => {
      out += chunk;
      all += chunk;
    });
    child.stderr.on('data', chunk => {
      all += chunk;
    });
    child.once('error', error => reject(new DockerCommandError(`docker ${args[0]}: ${error.message}`)));
    child.once('close', code => {
      if (code === 0) resolve({ out, all });
      else reject(new DockerCommandError(`docker ${args.join(' ')} ended with ${code}:\n${lastLines(all)}`));
    });
  });
}

/**
 * Nothing can be built without the command and an engine that answers it.
 *
 * @throws DockerCommandError with a sentence that says what is missing and what to do
 */
export async function requireEngine(signal: AbortSignal): Promise<void> {
  try {
    await docker(['version', '--format', '{{.Server.Version}}'], signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new DockerCommandError(whatIsMissing(error instanceof Error ? error.message : ''), {
      cause: error,
    });
  }
}

function whatIsMissing(said: string): string {
  if (/ENOENT/.test(said))
    return `Proofs build with the docker command, and there is none called ${program}: install Docker, or name its command in PLIMSOLL_DOCKER.`;
  if (/permission denied/i.test(said))
    return 'You may not open the container engine’s socket: add yourself to its group, then log in again.';
  return 'Proofs build and start containers, and no container engine answers: start Docker, or say where it listens in DOCKER_HOST.';
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-25).join('\n');
}
