import { join, posix } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { parseCompose } from '../core/compose/parse';
import type { BuildContext, BuildTarget, WorkspaceFacts } from '../core/facts/workspace';
import { languageOf } from '../core/language';
import { installersOf } from '../core/manifest/installers';
import { assumedContext } from './assumed-context';
import { type ContextPlace, ignoreFileCandidates, measureContext } from './build-context';
import { buildTargets, readEnvFile } from './compose-targets';
import { assumedLanguage, composeFilesIn, type FoundFile, listFiles } from './files';
import { FolderEntries } from './folder-entries';
import { foldersAbove, isWithin } from './folders';
import { isInSkippedFolder } from './skipped-folders';
import { relativePath } from './text-file';
import { WorkspaceCode } from './workspace-code';
import { factTextsIn, isFactText, WorkspaceTexts } from './workspace-texts';

/** Told of the files whose facts are other than they were: POSIX paths relative to the root. */
export type FactsListener = (paths: readonly string[]) => void;

export interface WorkspaceOptions {
  /** Folders and files that are searched for files that rules read; the whole root where nothing is said. */
  readonly search?: readonly string[];
}

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

interface Measured {
  /** Paths of files that decide what is sent, beside those in the folder. */
  readonly ignoreFiles: readonly string[];
  readonly folder: string;
  readonly context: Promise<BuildContext>;
}

/** Facts that change while they are read are read again this often; then the listener hears of the rest. */
const MOST_ROUNDS = 3;
const MOST_TEXTS = 200;

/**
 * The disk side of a workspace: facts about Dockerfiles and Compose files, read once and kept until `changed` or
 * `setOverlay` says otherwise. `loadGrammar` must have been awaited. All paths are POSIX and relative to the root.
 */
export class Workspace {
  private readonly texts: WorkspaceTexts;
  private readonly code: WorkspaceCode;
  private readonly snapshots = new Map<string, Snapshot>();
  private readonly contexts = new Map<string, Measured>();
  private readonly composeTargets = new Map<string, Promise<readonly BuildTarget[]>>();
  /** What was found in folders, by what was looked for and where. */
  private readonly listings = new Map<string, Promise<readonly string[]>>();
  /** Kept only while facts are read. */
  private readonly entries = new FolderEntries();
  private readonly listeners = new Set<FactsListener>();
  private readonly disposed = new AbortController();
  /** What the last search found, also while the next one is under way. */
  private lastFound: readonly FoundFile[] = [];
  private found: Promise<readonly FoundFile[]> | undefined;
  private refreshing: Promise<void> | undefined;

  /** @param root absolute path of the folder that paths are relative to */
  constructor(
    readonly root: string,
    private readonly options: WorkspaceOptions = {},
  ) {
    this.texts = new WorkspaceTexts(root);
    this.code = new WorkspaceCode(root);
  }

  /** The Dockerfiles, Compose files and Python manifests of the workspace. Empty where the folders to search cannot be read. */
  files(): Promise<readonly FoundFile[]> {
    this.found ??= this.find();
    return this.found;
  }

  private async find(): Promise<readonly FoundFile[]> {
    this.lastFound = await listFiles(this.root, this.options.search ?? ['.'], this.entries).catch(() => []);
    return this.lastFound;
  }

  /** What all Compose files of the workspace build. */
  async builds(): Promise<readonly BuildTarget[]> {
    const compose = (await this.files()).filter(file => file.language === 'compose');
    return (await Promise.all(compose.map(({ path }) => this.targetsOf(path)))).flat();
  }

  /** The text of a file as its editor or the disk has it; undefined where it cannot be read. */
  text(path: string): Promise<string | undefined> {
    return this.texts.read(path);
  }

  /** A path of the file system as facts name it. */
  relative(path: string): string {
    return relativePath(this.root, path);
  }

  /**
   * The facts about a Dockerfile or a Compose file, as current as its disk and its editors. Cheap where nothing changed.
   *
   * @throws the abort reason after `dispose`
   */
  async factsFor(path: string): Promise<WorkspaceFacts> {
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

  /** The facts as they were last read, without touching the disk; undefined before the first time. */
  peek(path: string): WorkspaceFacts | undefined {
    return this.snapshots.get(path)?.facts;
  }

  /** Facts of a file that nobody checks any more are not kept current. */
  forget(path: string): void {
    this.snapshots.delete(path);
  }

  /** Told of a file that was made, changed or deleted, or of a folder that was. */
  changed(path: string): void {
    if (isInSkippedFolder(path)) return;
    this.texts.forget(path);
    this.code.forget(path);
    this.listings.clear();
    this.entries.forget();
    if (this.shapesWorkspace(path)) this.forgetShape();
    this.forgetContexts(path);
    this.outdate(snapshot => this.shapesWorkspace(path) || restsOn(snapshot, path));
  }

  /** What an editor holds of a file that it has not saved; undefined when it has, or when the file is closed. */
  setOverlay(path: string, text: string | undefined): void {
    if (this.texts.overlay(path) === text) return;
    this.texts.setOverlay(path, text);
    if (path.endsWith('.dockerignore')) this.forgetContexts(path);
    const own = this.snapshots.get(path);
    if (own?.facts && text !== undefined) own.facts = withText(own.facts, path, text);
    if (decidesTargets(path)) {
      this.composeTargets.clear();
      this.outdate(() => true);
    } else if (isFactText(path)) {
      this.outdate(it => (it !== own || text === undefined) && restsOn(it, path));
    }
  }

  /** @returns a function that ends it */
  onDidChange(listener: FactsListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Ends what is being read; nobody is told anything any more. */
  dispose(): void {
    this.listeners.clear();
    this.disposed.abort();
  }

  private snapshot(path: string): Snapshot {
    const known = this.snapshots.get(path);
    if (known) return known;
    const fresh: Snapshot = { path, facts: undefined, wanted: 1, have: 0, reading: undefined, folders: [] };
    this.snapshots.set(path, fresh);
    return fresh;
  }

  private outdate(concerns: (snapshot: Snapshot) => boolean): void {
    const concerned = [...this.snapshots.values()].filter(concerns);
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
    await Promise.allSettled(outdated.map(snapshot => this.factsFor(snapshot.path)));
    const different = outdated.filter(snapshot => snapshot.facts !== before.get(snapshot));
    if (different.length === 0) return;
    const paths = different.map(snapshot => snapshot.path);
    for (const listener of this.listeners) listener(paths);
  }

  private outdated(): Snapshot[] {
    if (this.disposed.signal.aborted) return [];
    return [...this.snapshots.values()].filter(it => it.have !== it.wanted && it.facts !== undefined);
  }

  private unread(): never {
    this.disposed.signal.throwIfAborted();
    throw new Error('the facts of a file could not be read');
  }

  private async read(snapshot: Snapshot): Promise<void> {
    this.disposed.signal.throwIfAborted();
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
      this.entries.forget();
    }
  }

  private async readFacts(path: string): Promise<{ facts: WorkspaceFacts; folders: string[] }> {
    const all = await this.targetsAround(path);
    const language = assumedLanguage(path);
    if (language === 'python-manifest') return this.readManifestFacts(path, all);
    const isCompose = language === 'compose';
    const targets = all.filter(target => (isCompose ? target.composePath : target.dockerfile) === path);
    const own = posix.dirname(path);
    const contextFolder = isCompose ? own : (targets[0]?.context ?? (await this.likelyContext(path, all)));
    const folders = [...new Set([contextFolder, own, ...targets.map(target => target.context)])];
    const [context, texts] = await Promise.all([
      this.measured(contextFolder, isCompose ? undefined : path),
      this.readTexts(path, folders, targets),
    ]);
    const code = await this.code.beside(texts, [context], this.disposed.signal);
    return { facts: { context, texts, targets, ...(code && { code }) }, folders };
  }

  /** Which images install a manifest depends on every Dockerfile and every service that builds one. */
  private async readManifestFacts(
    path: string,
    targets: readonly BuildTarget[],
  ): Promise<{ facts: WorkspaceFacts; folders: string[] }> {
    const folders = [posix.dirname(path)];
    const texts = await this.readTexts(path, folders, targets);
    const dockerfiles = installersOf(path, { context: undefined, texts, targets }).map(
      it => it.dockerfile.path,
    );
    const contexts = await Promise.all([...new Set(dockerfiles)].map(it => this.contextsOf(it, targets)));
    const code = await this.code.beside(texts, contexts.flat(), this.disposed.signal);
    const read = [...folders, ...contexts.flat().map(context => context.path)];
    return { facts: { context: undefined, texts, targets, ...(code && { code }) }, folders: read };
  }

  /** What a Dockerfile is built with: a context for each folder that a service names, else the likeliest. */
  private async contextsOf(dockerfile: string, targets: readonly BuildTarget[]): Promise<BuildContext[]> {
    const named = targets.filter(target => target.dockerfile === dockerfile).map(target => target.context);
    const folders = named.length > 0 ? named : [await this.likelyContext(dockerfile, targets)];
    return Promise.all([...new Set(folders)].map(folder => this.measured(folder, dockerfile)));
  }

  /** The context of a Dockerfile that no Compose service builds: like its siblings', its own folder, or one above. */
  private async likelyContext(path: string, targets: readonly BuildTarget[]): Promise<string> {
    const own = posix.dirname(path);
    const text = await this.texts.read(path);
    if (text === undefined) return own;
    const siblings = targets.filter(target => posix.dirname(target.dockerfile) === own);
    const candidates = [own, ...siblings.map(target => target.context), ...foldersAbove(path)];
    const isThere = (name: string) => this.texts.isThere(name);
    return (await assumedContext(isThere, { path, text }, [...new Set(candidates)])) ?? own;
  }

  /** What every Compose file builds: those that were found, and those beside the file or above it. */
  private async targetsAround(path: string): Promise<BuildTarget[]> {
    const found = (await this.files()).filter(file => file.language === 'compose').map(file => file.path);
    const above = await Promise.all(
      foldersAbove(path).map(folder =>
        this.listing(`compose ${folder}`, () => composeFilesIn(join(this.root, folder))),
      ),
    );
    const own = assumedLanguage(path) === 'compose' ? [path] : [];
    const paths = new Set([...own, ...above.flat().map(file => this.relative(file)), ...found]);
    const targets = await Promise.all([...paths].map(compose => this.targetsOf(compose)));
    return targets.flat();
  }

  private listing(key: string, list: () => Promise<string[]>): Promise<readonly string[]> {
    const known = this.listings.get(key);
    if (known) return known;
    const listing = list();
    this.listings.set(key, listing);
    return listing;
  }

  private targetsOf(composePath: string): Promise<readonly BuildTarget[]> {
    const known = this.composeTargets.get(composePath);
    if (known) return known;
    const reading = this.readTargets(composePath);
    this.composeTargets.set(composePath, reading);
    return reading;
  }

  private async readTargets(composePath: string): Promise<readonly BuildTarget[]> {
    const [text, env] = await Promise.all([
      this.texts.read(composePath),
      this.texts.read(posix.join(posix.dirname(composePath), '.env')),
    ]);
    if (text === undefined) return [];
    return buildTargets(this.root, parseCompose(composePath, text), readEnvFile(env ?? ''));
  }

  private measured(folder: string, dockerfile: string | undefined): Promise<BuildContext> {
    const place = { root: this.root, folder, dockerfile };
    const key = dockerfile === undefined ? folder : `${folder}\0${dockerfile}`;
    const known = this.contexts.get(key);
    if (known) return known.context;
    const context = this.measure(place);
    this.contexts.set(key, { folder, ignoreFiles: ignoreFileCandidates(place), context });
    return context;
  }

  /** Dockerfiles that share a folder and its ignore file share one walk. */
  private async measure(place: ContextPlace): Promise<BuildContext> {
    const own = place.dockerfile === undefined ? undefined : `${place.dockerfile}.dockerignore`;
    const ownText = own === undefined ? undefined : await this.texts.read(own);
    if (place.dockerfile !== undefined && ownText === undefined)
      return this.measured(place.folder, undefined);
    return measureContext(place, path => this.texts.read(path), this.disposed.signal, this.entries);
  }

  private async readTexts(
    path: string,
    folders: readonly string[],
    targets: readonly BuildTarget[],
  ): Promise<ReadonlyMap<string, string>> {
    const inFolders = await Promise.all(
      folders.map(folder =>
        this.listing(`texts ${folder}`, () => factTextsIn(this.root, folder, this.entries)),
      ),
    );
    const built = targets.flatMap(target => [
      target.composePath,
      target.dockerfile,
      ...ignoreFileCandidates({ folder: target.context, dockerfile: target.dockerfile }),
    ]);
    const found = (await this.files()).map(file => file.path);
    const paths = new Set([path, ...built, ...inFolders.flat(), ...found]);
    const chosen = [...paths].slice(0, MOST_TEXTS);
    const texts = await Promise.all(chosen.map(async it => [it, await this.texts.read(it)] as const));
    return new Map(texts.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
  }

  /** Whether a file decides which Dockerfiles are built how, or a folder held such files when it was last searched. */
  private shapesWorkspace(path: string): boolean {
    if (decidesTargets(path) || languageOf(path) === 'dockerfile') return true;
    if (posix.basename(path) === '.gitignore') return true;
    if (languageOf(path) === 'python-manifest') return !this.lastFound.some(file => file.path === path);
    return this.lastFound.some(file => file.path.startsWith(`${path}/`));
  }

  private forgetShape(): void {
    this.found = undefined;
    this.composeTargets.clear();
  }

  private forgetContexts(path: string): void {
    for (const [key, { folder, ignoreFiles }] of this.contexts) {
      if (isWithin(path, folder) || ignoreFiles.includes(path)) this.contexts.delete(key);
    }
  }
}

function restsOn(snapshot: Snapshot, path: string): boolean {
  if (snapshot.path === path || snapshot.facts?.texts.has(path)) return true;
  return path.endsWith('.dockerignore') || snapshot.folders.some(folder => isWithin(path, folder));
}

function decidesTargets(path: string): boolean {
  return languageOf(path) === 'compose' || posix.basename(path) === '.env';
}

function withText(facts: WorkspaceFacts, path: string, text: string): WorkspaceFacts {
  return { ...facts, texts: new Map(facts.texts).set(path, text) };
}
