import { resolve } from 'node:path';
import { isInside, realPathOf } from './inside-root';
import type { FileToWrite } from './place-to-write';
import { relativePath } from './text-file';

interface Pending {
  /** The name of the file itself, where its path is that of a link. */
  readonly path: string;
  /** As the disk had it; undefined where it had no such file. */
  readonly before: string | undefined;
  readonly after: string;
}

/** New texts of files that are not written yet. Links to one file have one text, and it goes by its own name. */
export class PendingChanges {
  private readonly realPaths = new Map<string, Promise<string>>();
  private readonly texts = new Map<string, Pending>();
  /** The paths that were changed, with their real ones. */
  private readonly changed = new Map<string, string>();

  /** @param root absolute; paths are relative to it */
  constructor(private readonly root: string) {}

  /** @param before what the new text was made from: the one on the disk, or the one of an earlier change */
  async add(path: string, before: string | undefined, after: string): Promise<void> {
    const real = await this.realPath(path);
    const first = this.texts.get(real);
    if (first) this.texts.set(real, { ...first, after });
    else this.texts.set(real, { path: await this.ownName(path, real), before, after });
    this.changed.set(path, real);
  }

  async textOf(path: string): Promise<string | undefined> {
    if (this.texts.size === 0) return undefined;
    return this.texts.get(await this.realPath(path))?.after;
  }

  paths(): string[] {
    return [...this.changed.keys()];
  }

  isMade(path: string): boolean {
    const real = this.changed.get(path);
    const pending = real === undefined ? undefined : this.texts.get(real);
    return pending !== undefined && pending.before === undefined;
  }

  /** What is different from before. */
  files(): FileToWrite[] {
    return [...this.texts.values()].filter(({ before, after }) => before !== after);
  }

  private async ownName(path: string, real: string): Promise<string> {
    const root = await this.realPath('.');
    return isInside(root, real) ? relativePath(root, real) : path;
  }

  private realPath(path: string): Promise<string> {
    const known = this.realPaths.get(path);
    if (known) return known;
    const absolute = resolve(this.root, path);
    // Where no real path can be told, the path stands for itself; writing says what is wrong with it.
    const real = realPathOf(absolute).then(
      it => it.path,
      () => absolute,
    );
    this.realPaths.set(path, real);
    return real;
  }
}
