import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { FileChange } from '../core/finding';
import { Lines } from '../core/text/lines';
import { reasonAgainst } from '../host/place-to-write';
import { readDecoded } from '../host/text-file';
import type { Documents, OpenFile } from './documents';
import { uriOf, type Workspaces } from './workspaces';

/** A file that the client can be told to edit. */
export interface EditedFile {
  readonly kind: 'open';
  readonly uri: string;
  /** Null where no editor holds it. */
  readonly version: number | null;
  /** As the editor counts them. */
  readonly lines: Lines;
  /** Whether the text that edits refer to begins with a byte order mark, which editors leave out. */
  readonly marked: boolean;
}

/** A file that nothing is to be done to; the reason is a clause: `it is not UTF-8`. */
export interface ClosedFile {
  readonly kind: 'closed';
  readonly because: string;
}

/**
 * Which files the client may be told to edit: those of the workspace, with the text that the edits were made for. An
 * editor shows the document that is asked about; all others are looked at again, since edits go by lines and columns
 * and would change other places of another text.
 */
export class EditableFiles {
  constructor(
    private readonly workspaces: Workspaces,
    private readonly documents: Documents,
  ) {}

  /** The texts that edits of other files refer to. To be asked for before anything is waited for. */
  texts(open: OpenFile): ReadonlyMap<string, string> {
    return this.workspaces.peek(open.uri)?.texts ?? new Map();
  }

  /** @param texts that the edits of the change refer to */
  async look(
    open: OpenFile,
    change: Pick<FileChange, 'kind' | 'path'>,
    texts: ReadonlyMap<string, string>,
  ): Promise<EditedFile | ClosedFile> {
    if (change.path === open.file.path && change.kind === 'edit')
      return { kind: 'open', uri: open.uri, version: open.version, lines: open.lines, marked: false };
    const located = this.workspaces.locate(open.uri);
    if (!located) return closed('the document that needs it is not a file');
    const { folder } = located.root;
    const path = resolve(folder, change.path);
    const within = [...this.workspaces.ofFolders().map(root => root.folder), folder];
    const kind = change.kind === 'create' ? 'new' : 'known';
    const because = await reasonAgainst(change.path, kind, { root: folder, within });
    if (because !== undefined) return closed(because);
    const document = this.documentAt(path);
    if (change.kind === 'create') {
      if (document) return closed('a file of that name is open in an editor');
      return {
        kind: 'open',
        uri: uriOf(folder, change.path),
        version: null,
        lines: new Lines(''),
        marked: false,
      };
    }
    const text = texts.get(change.path);
    if (text === undefined) return closed('its text is not known');
    return document ? this.inEditor(document, text) : onDisk(path, uriOf(folder, change.path), text);
  }

  private inEditor(document: TextDocument, text: string): EditedFile | ClosedFile {
    if (document.getText() !== text) return closed('it has unsaved changes');
    return {
      kind: 'open',
      uri: document.uri,
      version: document.version,
      lines: new Lines(text),
      marked: false,
    };
  }

  /** Clients write the URI of one file in several ways. */
  private documentAt(path: string): TextDocument | undefined {
    return this.documents.open.all().find(({ uri }) => uri.startsWith('file:') && isPathOf(uri, path));
  }
}

function isPathOf(uri: string, path: string): boolean {
  try {
    // Windows does not tell capitals from small letters, nor does this there.
    return relative(fileURLToPath(uri), path) === '';
  } catch {
    return false;
  }
}

/** An editor that opens the file has to see the text that the edits were made for. */
async function onDisk(path: string, uri: string, text: string): Promise<EditedFile | ClosedFile> {
  const disk = await readDecoded(path).catch(() => undefined);
  if (!disk || disk.encodingProblem) return closed('it cannot be read as UTF-8');
  if (disk.text !== text) return closed('it has changed on the disk');
  const marked = text.startsWith('\uFEFF');
  return { kind: 'open', uri, version: null, lines: new Lines(marked ? text.slice(1) : text), marked };
}

function closed(because: string): ClosedFile {
  return { kind: 'closed', because };
}
