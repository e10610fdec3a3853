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
export function docker(args: readonly string[], signal: AbortSignal): Promise<string> {
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
      if (code === 0) resolve(out.trim());
      else reject(new DockerCommandError(`docker ${args.join(' ')} ended with ${code}:\n${lastLines(all)}`));
    });
  });
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-25).join('\n');
}
