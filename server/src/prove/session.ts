import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docker } from './docker-command';

const LABEL = 'plimsoll.prove';

/** How long tidying up may take, in milliseconds. */
const PATIENCE = 120_000;

/**
 * One proof: everything that it makes (folders, images, containers) carries its label and goes with it, also when it
 * fails or is cancelled. What a session leaves whose process was killed, the next one takes away.
 */
export class ProofSession {
  readonly id = randomBytes(4).toString('hex');
  /** Names the process too, so that others can tell whether the session is still at work. */
  readonly label = `${LABEL}=${process.pid}-${this.id}`;
  private readonly folders: string[] = [];

  /** An empty folder that is removed with the session. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'plimsoll-prove-'));
    this.folders.push(folder);
    return folder;
  }

  imageName(name: string): string {
    return `plimsoll-prove/${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}:${this.id}`;
  }

  /** Removes all that carries the session's label, and its folders. */
  async end(): Promise<void> {
    await removeLabelled(this.label);
    await Promise.all(this.folders.map(folder => rm(folder, { recursive: true, force: true })));
  }
}

/** Removes images and containers of sessions whose process is gone. */
export async function removeLeftovers(): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE);
  const format = ['--format', `{{.Label "${LABEL}"}}`, '--filter', `label=${LABEL}`];
  const containers = await docker(['ps', '--all', ...format], signal);
  const ids = await docker(['images', '--quiet', '--filter', `label=${LABEL}`], signal);
  const labels = new Set([...lines(containers), ...(await imageLabels(lines(ids), signal))]);
  for (const label of labels) {
    if (!isAlive(Number.parseInt(label, 10))) await removeLabelled(`${LABEL}=${label}`);
  }
}

async function imageLabels(ids: readonly string[], signal: AbortSignal): Promise<string[]> {
  if (ids.length === 0) return [];
  const format = `{{index .Config.Labels "${LABEL}"}}`;
  return lines(await docker(['image', 'inspect', '--format', format, ...new Set(ids)], signal));
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is there, though it may not be signalled.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function removeLabelled(label: string): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE);
  const filter = ['--filter', `label=${label}`];
  const containers = lines(await docker(['ps', '--all', '--quiet', ...filter], signal));
  if (containers.length > 0) await docker(['rm', '--force', '--volumes', ...containers], signal);
  const images = lines(await docker(['images', '--all', '--quiet', ...filter], signal));
  if (images.length > 0) await docker(['rmi', '--force', ...new Set(images)], signal);
}

function lines(text: string): string[] {
  return text.split('\n').filter(line => line !== '');
}
