import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { WorkspaceFacts } from '../core/facts/workspace';
import type { FactsRead } from './facts-reader';
import { isWithin } from './folders';

/** Told of the files whose facts are other than they were: POSIX paths relative to the root. */
export type FactsListener = (paths: readonly string[]) => void;

/** The facts of one checked file, and how current they are. */
interface Snapshot {
  readonly path: string;
  facts: WorkspaceFacts | undefined;
  /** Counts what happened to anything that the facts rest on. */
  wanted: number;
  /** The count that `facts` were read at. */
  have: number;
  reading: Promise<void> | undefined;
  /** Folders that the facts were read from. */
  folders: readonly string[];
}

/** Facts that change while they are read are read again this often; then the listener hears of the rest. */
const MOST_ROUNDS = 3;

/** The facts of the files that somebody checks: read once, outdated by what changes, and read again in the background. */
export class CurrentFacts {
  private readonly snapshots = new Map<string, Snapshot>();
  private readonly listeners = new Set<FactsListener>();
  private refreshing: Promise<void> | undefined;

  /** @param signal ends the reading; nobody is told anything any more */
  constructor(
    private readonly readFacts: (path: string) => Promise<FactsRead>,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Cheap where nothing changed.
   *
   * @param path POSIX, relative to the root
   * @throws the signal's reason, where it is aborted
   */
  async of(path: string): Promise<WorkspaceFacts> {
    const snapshot = this.snapshot(path);
    for (let round = 0; round < MOST_ROUNDS && snapshot.have !== snapshot.wanted; round++) {
      snapshot.reading ??= this.read(snapshot).finally(() => {
        snapshot.reading = undefined;
      });
      await snapshot.reading;
    }
    if (snapshot.have !== snapshot.wanted) this.refresh();
    return snapshot.facts ?? this.unread();
  }

  /** As they were last read; undefined before the first time. */
  peek(path: string): WorkspaceFacts | undefined {
    return this.snapshots.get(path)?.facts;
  }

  /** Facts of a file that nobody checks any more are not kept current. */
  forget(path: string): void {
    this.snapshots.delete(path);
  }

  /** Puts a text that an editor holds into the facts about its own file. */
  setText(path: string, text: string): void {
    const snapshot = this.snapshots.get(path);
    if (!snapshot?.facts) return;
    snapshot.facts = { ...snapshot.facts, texts: new Map(snapshot.facts.texts).set(path, text) };
  }

  /** Reads all facts again. */
  outdateAll(): void {
    this.outdate([...this.snapshots.values()]);
  }

  /** Reads again the facts that rest on a file. */
  outdateRestingOn(path: string): void {
    this.outdate([...this.snapshots.values()].filter(it => restsOn(it, path)));
  }

  /** Reads again the facts about other files that rest on this one. */
  outdateOthersRestingOn(path: string): void {
    this.outdate([...this.snapshots.values()].filter(it => it.path !== path && restsOn(it, path)));
  }

  /** @returns a function that ends it */
  onDidChange(listener: FactsListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private snapshot(path: string): Snapshot {
    const known = this.snapshots.get(path);
    if (known) return known;
    const fresh: Snapshot = { path, facts: undefined, wanted: 1, have: 0, reading: undefined, folders: [] };
    this.snapshots.set(path, fresh);
    return fresh;
  }

  private outdate(concerned: readonly Snapshot[]): void {
    for (const snapshot of concerned) snapshot.wanted++;
    if (concerned.length > 0) this.refresh();
  }

  /** Reads again, in the background and once for all that happens in one turn, what has become outdated. */
  private refresh(): void {
    this.refreshing ??= this.refreshAll().finally(() => {
      this.refreshing = undefined;
      if (this.outdated().length > 0) this.refresh();
    });
  }

  private async refreshAll(): Promise<void> {
    await nextTurn();
    const outdated = this.outdated();
    const before = new Map(outdated.map(snapshot => [snapshot, snapshot.facts]));
    await Promise.allSettled(outdated.map(snapshot => this.of(snapshot.path)));
    const different = outdated.filter(snapshot => snapshot.facts !== before.get(snapshot));
    if (different.length === 0 || this.signal.aborted) return;
    const paths = different.map(snapshot => snapshot.path);
    for (const listener of this.listeners) listener(paths);
  }

  private outdated(): Snapshot[] {
    if (this.signal.aborted) return [];
    return [...this.snapshots.values()].filter(it => it.have !== it.wanted && it.facts !== undefined);
  }

  private unread(): never {
    this.signal.throwIfAborted();
    throw new Error('the facts of a file could not be read');
  }

  private async read(snapshot: Snapshot): Promise<void> {
    this.signal.throwIfAborted();
    const count = snapshot.wanted;
    try {
      const { facts, folders } = await this.readFacts(snapshot.path);
      // Who keeps results by the facts that they rest on need not start again for the same facts.
      if (!isDeepStrictEqual(facts, snapshot.facts)) snapshot.facts = facts;
      snapshot.folders = folders;
      snapshot.have = count;
    } catch (error) {
      // Older facts are better than none, and are not asked for again until something changes.
      if (snapshot.facts) snapshot.have = count;
      throw error;
    }
  }
}

function restsOn(snapshot: Snapshot, path: string): boolean {
  if (snapshot.path === path || snapshot.facts?.texts.has(path)) return true;
  return path.endsWith('.dockerignore') || snapshot.folders.some(folder => isWithin(path, folder));
}
