import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CopyError } from './copy-project';
import type { Builder } from './docker-command';
import { LABEL, removeLabelled } from './labelled';
import { FOLDER_PREFIX } from './leftovers';
import { newMark } from './owner';
import { removeFolder } from './remove-folder';

/**
 * One proof: everything that it makes (folders, images, containers, running commands) carries its mark and goes with it,
 * also when it fails or is cancelled. What a session leaves whose process was killed, the next one removes.
 */
export class ProofSession {
  /** Other than that of every other session: `1a2b3c4d`. */
  readonly id: string;
  readonly label: string;
  private images = 0;

  private constructor(
    readonly mark: string,
    /** Absolute: all that the session puts on the disk is in it, and goes with it. */
    readonly folder: string,
    readonly builder: Builder,
  ) {
    this.id = mark.slice(-8);
    this.label = `${LABEL}=${mark}`;
  }

  /** @throws CopyError where the temporary folder is missing, full, or may not be written to */
  static async begin(builder: Builder = 'buildkit'): Promise<ProofSession> {
    const mark = newMark();
    const top = tmpdir();
    try {
      return new ProofSession(mark, await mkdtemp(join(top, `${FOLDER_PREFIX}${mark}-`)), builder);
    } catch (error) {
      const [because] = String(error instanceof Error ? error.message : error).split(', mkdtemp');
      throw new CopyError(`Nothing can be written to ${top} (${because}): set TMPDIR to another folder`);
    }
  }

  /** Other than every other name that it gave. @param about what it is an image of, for those who list images */
  imageName(about: string): string {
    const words = about
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter(word => word !== '');
    this.images += 1;
    // A word begins the name, and its length has a limit: services may be called anything.
    return `plimsoll-prove/${['image', ...words].join('-').slice(0, 100).replace(/-$/, '')}-${this.images}:${this.id}`;
  }

  /** Removes all that carries the session's mark. @returns a sentence for each thing that is left */
  async end(): Promise<string[]> {
    const inEngine = await removeLabelled(this.mark).then(
      () => undefined,
      error =>
        `the engine still has something from this proof: ${error instanceof Error ? error.message : error}`,
    );
    return [inEngine, await removeFolder(this.folder)].filter(left => left !== undefined);
  }
}
