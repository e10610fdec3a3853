import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { BuildContext } from '../core/project/workspace';
import { ignoreFileCandidates, measureContext } from './build-context';
import type { ChangedPaths } from './changed-paths';
import type { FolderEntries } from './folder-entries';
import type { Reach } from './reach';
import type { WorkspaceTexts } from './workspace-texts';

interface Measured {
  readonly folder: string;
  /** Paths of files that decide what is sent, beside those in the folder. */
  readonly ignoreFiles: readonly string[];
  readonly context: Promise<BuildContext | undefined>;
}

/** The build contexts of a workspace, each measured once until something in it changes. */
export class WorkspaceContexts {
  private readonly contexts = new Map<string, Measured>();
  /** What was last measured, for as long as somebody uses it. */
  private readonly last = new Map<string, WeakRef<BuildContext>>();

  /**
   * @param root absolute
   * @param signal ends what is being measured
   */
  constructor(
    private readonly root: string,
    private readonly reach: Reach,
    private readonly texts: WorkspaceTexts,
    private readonly entries: FolderEntries,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * @param folder POSIX, relative to the root
   * @param dockerfile that is built with it, since it may have an ignore file of its own
   * @returns undefined for one outside that may not be read
   * @throws the signal's reason, where it is aborted
   */
  measured(folder: string, dockerfile?: string): Promise<BuildContext | undefined> {
    const key = dockerfile === undefined ? folder : `${folder}\0${dockerfile}`;
    const known = this.contexts.get(key);
    if (known) return known.context;
    const context = this.measure(folder, dockerfile);
    this.contexts.set(key, { folder, ignoreFiles: ignoreFileCandidates({ folder, dockerfile }), context });
    return context;
  }

  /** Forgets the contexts that something changed in, or the ignore file of. */
  forgetChanged(changed: ChangedPaths): void {
    for (const [key, { folder, ignoreFiles }] of this.contexts) {
      if (changed.concern(folder) || ignoreFiles.some(path => changed.cover(path))) this.contexts.delete(key);
    }
  }

  /** Dockerfiles that share a folder and its ignore file share one walk. */
  private async measure(folder: string, dockerfile: string | undefined): Promise<BuildContext | undefined> {
    if (!(await this.reach.allows(join(this.root, folder)))) return undefined;
    const own = dockerfile === undefined ? undefined : `${dockerfile}.dockerignore`;
    const ownText = own === undefined ? undefined : await this.texts.read(own);
    if (dockerfile !== undefined && ownText === undefined && !(await this.texts.isThere(own ?? '')))
      return this.measured(folder);
    const place = { root: this.root, folder, dockerfile };
    const context = await measureContext(place, this.texts, {
      signal: this.signal,
      known: this.entries,
      reach: this.reach,
    });
    return this.asBefore(`${folder}\0${dockerfile ?? ''}`, context);
  }

  /** The context that was measured before, where it is no other now: facts that hold it are the same at a glance. */
  private asBefore(key: string, context: BuildContext): BuildContext {
    const last = this.last.get(key)?.deref();
    if (last && isDeepStrictEqual(last, context)) return last;
    this.last.set(key, new WeakRef(context));
    return context;
  }
}
