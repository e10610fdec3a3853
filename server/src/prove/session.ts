import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docker } from './docker-command';

const LABEL = 'plimsoll.prove';

/**
 * One proof: everything that it makes (folders, images, containers) carries its label and goes with it, also when it
 * fails or is cancelled.
 */
export class ProofSession {
  readonly id = randomBytes(4).toString('hex');
  readonly label = `${LABEL}=${this.id}`;
  private readonly folders: string[] = [];

  /** An empty folder that is removed with the session. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'plimsoll-prove-'));
    this.folders.push(folder);
    return folder;
  }

  imageName(name: string): string {
    return `plimsoll-prove/${name.toLowerCase().replace(/[^a-z0-9._-]+/g, '-')}:${this.id}`;
  }

  /** Removes all that carries the session's label, and its folders. */
  async end(): Promise<void> {
    const signal = AbortSignal.timeout(120_000);
    const filter = ['--filter', `label=${this.label}`];
    const containers = await docker(['ps', '--all', '--quiet', ...filter], signal);
    if (containers) await docker(['rm', '--force', '--volumes', ...containers.split('\n')], signal);
    const images = await docker(['images', '--quiet', ...filter], signal);
    if (images) await docker(['rmi', '--force', ...new Set(images.split('\n'))], signal);
    await Promise.all(this.folders.map(folder => rm(folder, { recursive: true, force: true })));
  }
}
