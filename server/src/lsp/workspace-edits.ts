import type {
  AnnotatedTextEdit,
  ChangeAnnotation,
  CreateFile,
  TextDocumentEdit,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver';
import type { FileChange, Safety } from '../core/finding';
import type { Edit } from '../core/text/edit';
import { span } from '../core/text/span';
import { toTextEdits } from './convert';
import type { OpenFile } from './documents';
import type { EditableFiles, EditedFile } from './editable-files';

export interface EditIntent {
  readonly title: string;
  /** Unsafe edits open the client's preview, each with its reason, before anything is written. */
  readonly safety: Safety;
}

/** A workspace edit, or why there is none: a clause that begins with the path, `.dockerignore is not UTF-8`. */
export type EditOutcome =
  | { readonly kind: 'edit'; readonly edit: WorkspaceEdit }
  | { readonly kind: 'none'; readonly because: string };

/** Turns changes of files into the client's edits: versioned, and annotated where a review is needed. */
export class WorkspaceEdits {
  /** Whether the client shows annotations; without them an unsafe edit is applied like any other. */
  annotates = false;

  constructor(private readonly files: EditableFiles) {}

  /** The paths of changes that cannot be made. */
  async blockedBy(open: OpenFile, changes: readonly FileChange[]): Promise<string[]> {
    const real = changes.filter(change => change.kind === 'create' || change.edits.length > 0);
    const texts = this.files.texts(open);
    const files = await Promise.all(real.map(change => this.files.look(open, change, texts)));
    return real.flatMap(({ path }, index) => (files[index]?.kind === 'closed' ? [path] : []));
  }

  /** One edit for all of the changes: where one of them cannot be made, none is. */
  async of(open: OpenFile, changes: readonly FileChange[], intent: EditIntent): Promise<EditOutcome> {
    const texts = this.files.texts(open);
    const needsPreview = intent.safety === 'unsafe' && this.annotates;
    const annotations = new Annotations(needsPreview ? intent.title : undefined);
    const all: (TextDocumentEdit | CreateFile)[] = [];
    for (const change of changes) {
      if (change.kind === 'edit' && change.edits.length === 0) continue;
      const file = await this.files.look(open, change, texts);
      if (file.kind === 'closed') return { kind: 'none', because: `${change.path}: ${file.because}` };
      all.push(
        ...(change.kind === 'create'
          ? created(file, change, annotations)
          : edited(file, change, annotations)),
      );
    }
    // Files first, then all texts in a row: only then VS Code undoes the texts of several files as one, and with them
    // the files.
    const isFile = (change: TextDocumentEdit | CreateFile) => 'kind' in change;
    const documentChanges = [...all.filter(isFile), ...all.filter(change => !isFile(change))];
    if (!needsPreview) return { kind: 'edit', edit: { documentChanges } };
    return {
      kind: 'edit',
      edit: {
        documentChanges: [previewOpener(open), ...documentChanges],
        changeAnnotations: { ...annotations.all, ...PREVIEW },
      },
    };
  }
}

function created(
  { uri }: EditedFile,
  { text, because }: FileChange & { kind: 'create' },
  annotations: Annotations,
): (TextDocumentEdit | CreateFile)[] {
  // Were a file that appeared meanwhile passed over, its text would be put in front of what it holds.
  const create: CreateFile = { kind: 'create', uri, options: { overwrite: false, ignoreIfExists: false } };
  const start = { line: 0, character: 0 };
  const edits = [annotations.on({ range: { start, end: start }, newText: text }, because)];
  return [annotations.onFile(create, because), { textDocument: { uri, version: null }, edits }];
}

function edited(
  { uri, version, lines, marked }: EditedFile,
  change: FileChange & { kind: 'edit' },
  annotations: Annotations,
): TextDocumentEdit[] {
  const spans = marked ? change.edits.map(withoutMark) : change.edits;
  const edits = toTextEdits(lines, spans).map((edit, index) =>
    annotations.on(edit, change.edits[index]?.because ?? ''),
  );
  return [{ textDocument: { uri, version }, edits }];
}

/** An editor does not count the byte order mark of a file that it opens. */
function withoutMark({ span: at, newText }: Edit): Edit {
  return { span: span(Math.max(at.start - 1, 0), Math.max(at.end - 1, 0)), newText };
}

const PREVIEW_ID = 'preview';

const PREVIEW: Record<string, ChangeAnnotation> = {
  [PREVIEW_ID]: {
    label: 'Review the changes, then apply them',
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
