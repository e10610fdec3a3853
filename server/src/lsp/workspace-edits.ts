import type {
  AnnotatedTextEdit,
  ChangeAnnotation,
  CreateFile,
  TextDocumentEdit,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver';
import type { FileChange, Safety } from '../core/rule';
import { type Lines, linesOf } from '../core/text/lines';
import { toTextEdits } from './convert';
import type { Documents, OpenFile } from './documents';
import { uriOf, type Workspaces } from './workspaces';

export interface EditIntent {
  readonly title: string;
  /** Unsafe edits open the client's preview, each with its reason, before anything is written. */
  readonly safety: Safety;
}

/** Turns changes of files into the client's edits: versioned, and annotated where somebody should look first. */
export class WorkspaceEdits {
  /** Whether the client shows annotations; without them an unsafe edit is applied like any other. */
  annotates = false;

  constructor(
    private readonly workspaces: Workspaces,
    private readonly documents: Documents,
  ) {}

  of(open: OpenFile, changes: readonly FileChange[], intent: EditIntent): WorkspaceEdit {
    const needsPreview = intent.safety === 'unsafe' && this.annotates;
    const annotations = new Annotations(needsPreview ? intent.title : undefined);
    const all = changes.flatMap((change): (TextDocumentEdit | CreateFile)[] =>
      change.kind === 'create'
        ? this.created(open, change, annotations)
        : this.edited(open, change, annotations),
    );
    // Files first, then all texts in a row: only then VS Code undoes the texts of several files as one, and with them
    // the files.
    const isFile = (change: TextDocumentEdit | CreateFile) => 'kind' in change;
    const documentChanges = [...all.filter(isFile), ...all.filter(change => !isFile(change))];
    if (!needsPreview) return { documentChanges };
    return {
      documentChanges: [previewOpener(open), ...documentChanges],
      changeAnnotations: { ...annotations.all, ...PREVIEW },
    };
  }

  private created(
    open: OpenFile,
    change: FileChange & { kind: 'create' },
    annotations: Annotations,
  ): (TextDocumentEdit | CreateFile)[] {
    const uri = this.uri(open, change.path);
    const create: CreateFile = { kind: 'create', uri, options: { ignoreIfExists: true } };
    const start = { line: 0, character: 0 };
    const edits = [annotations.on({ range: { start, end: start }, newText: change.text }, change.because)];
    return [annotations.onFile(create, change.because), { textDocument: { uri, version: null }, edits }];
  }

  private edited(
    open: OpenFile,
    change: FileChange & { kind: 'edit' },
    annotations: Annotations,
  ): TextDocumentEdit[] {
    if (change.edits.length === 0) return [];
    const uri = this.uri(open, change.path);
    const target = uri === open.uri ? open : this.documents.model(uri);
    const lines = target?.lines ?? this.linesOnDisk(open, change.path);
    const edits = toTextEdits(lines, change.edits).map((edit, index) =>
      annotations.on(edit, change.edits[index]?.because ?? ''),
    );
    return [{ textDocument: { uri, version: target?.version ?? null }, edits }];
  }

  private linesOnDisk(open: OpenFile, path: string): Lines {
    return linesOf(this.workspaces.peek(open.uri)?.texts.get(path) ?? '');
  }

  private uri(open: OpenFile, path: string): string {
    if (path === open.file.path) return open.uri;
    const located = this.workspaces.locate(open.uri);
    return located ? uriOf(located.root.folder, path) : new URL(path, open.uri).href;
  }
}

const PREVIEW_ID = 'preview';

const PREVIEW: Record<string, ChangeAnnotation> = {
  [PREVIEW_ID]: {
    label: 'Look through the changes, then apply',
    needsConfirmation: true,
    description: 'changes nothing by itself',
  },
};

/**
 * An edit that changes nothing but asks for confirmation, which is what opens VS Code's preview. What asks for
 * confirmation is left unticked there: were the real edits to ask, Apply would write none of them.
 */
function previewOpener(open: OpenFile): TextDocumentEdit {
  const start = { line: 0, character: 0 };
  const nothing: AnnotatedTextEdit = { range: { start, end: start }, newText: '', annotationId: PREVIEW_ID };
  return { textDocument: { uri: open.uri, version: open.version }, edits: [nothing] };
}

/** The reasons of one edit, each once. */
class Annotations {
  readonly all: Record<string, ChangeAnnotation> = {};

  /** @param title what the edit is called; undefined where nothing is annotated */
  constructor(private readonly title: string | undefined) {}

  on(edit: TextEdit, because: string): TextEdit | AnnotatedTextEdit {
    return this.title === undefined ? edit : { ...edit, annotationId: this.id(because) };
  }

  onFile(create: CreateFile, because: string): CreateFile {
    return this.title === undefined ? create : { ...create, annotationId: this.id(because) };
  }

  private id(because: string): string {
    this.all[because] ??= { label: this.title ?? '', needsConfirmation: false, description: because };
    return because;
  }
}
