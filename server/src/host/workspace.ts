import type { BuildTarget, WorkspaceFacts } from '../core/facts/workspace';
import { CurrentFacts, type FactsListener } from './current-facts';
import { FactsReader } from './facts-reader';
import type { FoundFile } from './files';
import { FolderEntries } from './folder-entries';
import { NO_BOUNDS, type Reach } from './reach';
import { isInSkippedFolder } from './skipped-folders';
import { relativePath } from './text-file';
import { WorkspaceCode } from './workspace-code';
import { WorkspaceContexts } from './workspace-contexts';
import { decidesTargets, WorkspaceTargets } from './workspace-targets';
import { isFactText, WorkspaceTexts } from './workspace-texts';

/** What of the root is looked at. */
export interface WorkspaceOptions {
  /** Folders and files that are searched for files that rules read; the whole root where nothing is said. */
  readonly search?: readonly string[];
  /** What may be read outside of it; everything where nothing is said. */
  readonly reach?: Reach;
}

/**
 * The disk side of a workspace: facts about Dockerfiles and Compose files, read once and kept until `changed` or
 * `setOverlay` says otherwise. `loadGrammar` must have been awaited. All paths are POSIX and relative to the root.
 *
 * What is read once lives in its parts; this class says which of them a change concerns.
 */
export class Workspace {
  private readonly texts: WorkspaceTexts;
  private readonly code: WorkspaceCode;
  private readonly targets: WorkspaceTargets;
  private readonly contexts: WorkspaceContexts;
  private readonly reader: FactsReader;
  private readonly facts: CurrentFacts;
  private readonly entries = new FolderEntries();
  private readonly disposed = new AbortController();

  /** @param root absolute path of the folder that paths are relative to */
  constructor(
    readonly root: string,
    { search = ['.'], reach = NO_BOUNDS }: WorkspaceOptions = {},
  ) {
    const { signal } = this.disposed;
    this.texts = new WorkspaceTexts(root, reach);
    this.code = new WorkspaceCode(root);
    this.targets = new WorkspaceTargets(root, { search, reach }, this.texts, this.entries);
    this.contexts = new WorkspaceContexts(root, reach, this.texts, this.entries, signal);
    const { entries, texts, code, targets, contexts } = this;
    this.reader = new FactsReader({ root, reach, entries, texts, code, targets, contexts }, signal);
    this.facts = new CurrentFacts(path => this.reader.read(path), signal);
  }

  /** The Dockerfiles, Compose files and Python manifests of the workspace. Empty where the folders to search cannot be read. */
  files(): Promise<readonly FoundFile[]> {
    return this.targets.files();
  }

  /** What all Compose files of the workspace build. */
  builds(): Promise<readonly BuildTarget[]> {
    return this.targets.all();
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
  factsFor(path: string): Promise<WorkspaceFacts> {
    return this.facts.of(path);
  }

  /** The facts as they were last read, without touching the disk; undefined before the first time. */
  peek(path: string): WorkspaceFacts | undefined {
    return this.facts.peek(path);
  }

  /** Facts of a file that nobody checks any more are not kept current. */
  forget(path: string): void {
    this.facts.forget(path);
  }

  /** Told of a file that was made, changed or deleted, or of a folder that was. */
  changed(path: string): void {
    if (isInSkippedFolder(path)) return;
    this.texts.forget(path);
    this.code.forget(path);
    this.entries.forget();
    this.targets.forgetFolders();
    this.reader.forgetFolders();
    this.contexts.forget(path);
    if (this.targets.dependOn(path)) {
      this.targets.forgetFiles();
      this.facts.outdateAll();
    } else this.facts.outdateRestingOn(path);
  }

  /** What an editor holds of a file that it has not saved; undefined when it has, or when the file is closed. */
  setOverlay(path: string, text: string | undefined): void {
    if (this.texts.overlay(path) === text) return;
    this.texts.setOverlay(path, text);
    if (path.endsWith('.dockerignore')) this.contexts.forget(path);
    if (text !== undefined) this.facts.setText(path, text);
    if (decidesTargets(path)) {
      this.targets.forgetTargets();
      this.facts.outdateAll();
    } else if (isFactText(path)) {
      if (text === undefined) this.facts.outdateRestingOn(path);
      else this.facts.outdateOthersRestingOn(path);
    }
  }

  /** @returns a function that ends it */
  onDidChange(listener: FactsListener): () => void {
    return this.facts.onDidChange(listener);
  }

  /** Ends what is being read; nobody is told anything any more. */
  dispose(): void {
    this.disposed.abort();
  }
}
