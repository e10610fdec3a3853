import { dirname, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { WorkspaceFacts } from '../core/facts/workspace';
import { Workspace } from '../host/workspace';

/** A workspace folder and the path that a file in it goes by. */
export interface Located {
  readonly workspace: Workspace;
  readonly root: string;
  readonly path: string;
}

/** The workspace folders of the session; a file outside of all of them gets its own folder for one. */
export class Workspaces {
  private readonly byRoot = new Map<string, Workspace>();
  private folders: string[] = [];

  /** @param onFacts called when new facts are there: what was said of open files may be outdated */
  constructor(private readonly onFacts: () => void) {}

  setFolders(uris: readonly string[]): void {
    this.folders = uris.flatMap(uri => filePath(uri) ?? []);
  }

  /** Undefined for a document that is no file on disk (untitled, in a virtual file system). */
  locate(uri: string): Located | undefined {
    const file = filePath(uri);
    if (file === undefined) return undefined;
    const containing = this.folders.filter(folder => file === folder || file.startsWith(folder + sep));
    const root = containing.sort((a, b) => b.length - a.length)[0] ?? dirname(file);
    return { workspace: this.workspace(root), root, path: relative(root, file).split(sep).join('/') };
  }

  pathOf(uri: string): string {
    return this.locate(uri)?.path ?? uri.slice(uri.lastIndexOf('/') + 1);
  }

  /** The facts as they are known now, without touching the disk; asks for them where they are not. */
  peek(uri: string): WorkspaceFacts | undefined {
    const located = this.locate(uri);
    if (!located) return undefined;
    const known = located.workspace.peek(located.path);
    if (!known) void located.workspace.factsFor(located.path).catch(() => undefined);
    return known;
  }

  async facts(uri: string): Promise<WorkspaceFacts | undefined> {
    const located = this.locate(uri);
    return located?.workspace.factsFor(located.path);
  }

  changed(uri: string): void {
    const located = this.locate(uri);
    located?.workspace.changed(located.path);
  }

  /** The facts of other files see the text of an open document, not the one on disk. */
  setOverlay(uri: string, text: string | undefined): void {
    const located = this.locate(uri);
    located?.workspace.setOverlay(located.path, text);
  }

  get roots(): readonly Workspace[] {
    return [...this.byRoot.values()];
  }

  /** Workspaces of all folders, also of those in which no file has been opened yet. */
  ofFolders(): readonly { readonly root: string; readonly workspace: Workspace }[] {
    return this.folders.map(root => ({ root, workspace: this.workspace(root) }));
  }

  private workspace(root: string): Workspace {
    const known = this.byRoot.get(root);
    if (known) return known;
    const workspace = new Workspace(root);
    workspace.onDidChange(() => this.onFacts());
    this.byRoot.set(root, workspace);
    return workspace;
  }
}

function filePath(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

/** The URI of a path that facts or conversions name. */
export function uriOf(root: string, path: string): string {
  return pathToFileURL(`${root}/${path}`).href;
}
