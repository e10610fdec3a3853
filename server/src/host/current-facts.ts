import { isDeepStrictEqual } from 'node:util';
import type { WorkspaceFacts } from '../core/project/workspace';
import type { ChangedPaths } from './changed-paths';
import type { FactsRead } from './facts-reader';
import { idleTurn } from './turns';

/** Told of the files whose facts are other than they were: POSIX paths relative to the root. */
export type FactsListener = (paths: readonly string[]) => void;

/** The facts of one checked file, and how current they are. */
interface Snapshot {
  readonly path: string;
  facts: WorkspaceFacts | undefined;
  /** The facts that somebody asked for or that listeners were told of. */
  told: WorkspaceFacts | undefined;
  /** Whether somebody waits to be told of the first facts. */
  awaited: boolean;
  /** Counts what happened to anything that the facts rest on. */
  wanted: number;
  /** The count that `facts` were read at. */
  have: number;
  /** The count that they were last tried to be read at. */
  tried: number;
  reading: Promise<void> | undefined;
  /** Folders that the facts were read from. */
  folders: readonly string[];
}

/** Facts that change while they are read are read again this often; then the listener hears of the rest. */
const MOST_ROUNDS = 3;
/** Facts that are read before listeners hear of those that are different: those of the files that were asked for last. */
const MOST_A_ROUND = 50;
/** Facts that are read at a time: enough to keep the disk busy, and few enough that each comes soon. */
const AT_ONCE = 4;

/** The facts of the files that somebody checks: read once, outdated by what changes, and read again in the background. */
export class CurrentFacts {
  /** Those that were asked for last are the last ones. */
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
      await this.readAgain(snapshot);
    }
    if (snapshot.have !== snapshot.wanted) this.refresh();
    if (!snapshot.awaited) snapshot.told ??= snapshot.facts;
    return snapshot.facts ?? this.unread();
  }

  /** As they were last read; undefined before the first time. */
  peek(path: string): WorkspaceFacts | undefined {
    return this.used(path)?.facts;
  }

  /** Has the facts read in the background, where they are not there yet; listeners hear of them. */
  want(path: string): void {
    const snapshot = this.snapshot(path);
    if (snapshot.facts) return;
    snapshot.awaited = true;
    this.refresh();
  }

  /** Facts of a file that nobody checks any more are not kept current. */
  forget(path: string): void {
    this.snapshots.delete(path);
  }

  /** Puts a text that an editor holds into the facts about its own file. */
  setText(path: string, text: string): void {
    const snapshot = this.snapshots.get(path);
    if (!snapshot?.facts || snapshot.facts.texts.get(path) === text) return;
    const facts = { ...snapshot.facts, texts: new Map(snapshot.facts.texts).set(path, text) };
    if (snapshot.told === snapshot.facts) snapshot.told = facts;
    snapshot.facts = facts;
  }

  /** Reads all facts again. */
  outdateAll(): void {
    this.outdate([...this.snapshots.values()]);
  }

  /** Reads again the facts that rest on something that changed. @param except the facts about this file */
  outdateRestingOn(changed: ChangedPaths, except?: string): void {
    const everywhere = changed.some(path => path.endsWith('.dockerignore'));
    const concerned = [...this.snapshots.values()].filter(
      snapshot => snapshot.path !== except && (everywhere || restsOn(snapshot, changed)),
    );
    this.outdate(concerned);
  }

  /** @returns a function that ends it */
  onDidChange(listener: FactsListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private snapshot(path: string): Snapshot {
    const known = this.used(path);
    if (known) return known;
    const fresh: Snapshot = {
      path,
      facts: undefined,
      told: undefined,
      awaited: false,
      wanted: 1,
      have: 0,
      tried: 0,
      reading: undefined,
      folders: [],
    };
    this.snapshots.set(path, fresh);
    return fresh;
  }

  private used(path: string): Snapshot | undefined {
    const known = this.snapshots.get(path);
    if (!known) return undefined;
    this.snapshots.delete(path);
    this.snapshots.set(path, known);
    return known;
  }

  private outdate(concerned: readonly Snapshot[]): void {
    for (const snapshot of concerned) snapshot.wanted++;
    if (concerned.length > 0) this.refresh();
  }

  /** Reads again, in the background and once for all that happens in one turn, what has become outdated. */
  private refresh(): void {
    this.refreshing ??= this.refreshRound().finally(() => {
      this.refreshing = undefined;
      if (this.waiting().length > 0) this.refresh();
    });
  }

  private async refreshRound(): Promise<void> {
    await idleTurn();
    const round = this.waiting().toReversed().slice(0, MOST_A_ROUND);
    const next = round.values();
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.readEach(next)));
    const different = round.filter(snapshot => snapshot.facts !== snapshot.told);
    for (const snapshot of round) {
      snapshot.told = snapshot.facts;
      snapshot.awaited = false;
    }
    if (different.length === 0 || this.signal.aborted) return;
    const paths = different.map(snapshot => snapshot.path);
    for (const listener of this.listeners) listener(paths);
  }

  private async readEach(snapshots: Iterable<Snapshot>): Promise<void> {
    for (const snapshot of snapshots) {
      if (snapshot.have === snapshot.wanted) continue;
      await idleTurn();
      // What cannot be read keeps its older facts until something changes.
      await this.readAgain(snapshot).catch(() => undefined);
    }
  }

  private waiting(): Snapshot[] {
    if (this.signal.aborted) return [];
    return [...this.snapshots.values()].filter(
      it => (it.tried !== it.wanted && (it.facts !== undefined || it.awaited)) || it.facts !== it.told,
    );
  }

  private unread(): never {
    this.signal.throwIfAborted();
    throw new Error('the facts of a file could not be read');
  }

  private readAgain(snapshot: Snapshot): Promise<void> {
    snapshot.reading ??= this.read(snapshot).finally(() => {
      snapshot.reading = undefined;
    });
    return snapshot.reading;
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
    } finally {
      snapshot.tried = count;
    }
  }
}

function restsOn(snapshot: Snapshot, changed: ChangedPaths): boolean {
  if (changed.cover(snapshot.path)) return true;
  if (snapshot.folders.some(folder => changed.concern(folder))) return true;
  for (const path of snapshot.facts?.texts.keys() ?? []) if (changed.cover(path)) return true;
  return false;
}
