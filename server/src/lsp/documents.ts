import type { Connection, TextDocuments } from 'vscode-languageserver';
import { TextDocuments as OpenDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parseSteps } from '../core/lint';
import { languageOf } from '../core/project/language';
import type { SourceFile } from '../core/rule';
import { type Lines, linesOf } from '../core/text/lines';
import { inSlices } from '../host/turns';
import { type GoOn, heeding, type Surprises } from './answering';
import { makeRoom } from './spare-memory';

/** An open document with its model. */
export interface OpenFile {
  readonly uri: string;
  readonly version: number;
  readonly file: SourceFile;
  readonly lines: Lines;
  readonly document: TextDocument;
}

/** Characters of documents whose models are kept: some fifteen files. A model takes about fifty times its text. */
const MOST_PARSED = 40_000;

/** UTF-16 units of a document whose model takes some megabytes. */
const LONG = 60_000;

/** The documents that the client has open, each parsed once per version for as long as it is used. */
export class Documents {
  readonly open: TextDocuments<TextDocument> = new OpenDocuments(CHECKED_DOCUMENTS);
  /** Those that were asked for last are the last ones. */
  private readonly parsed = new Map<string, OpenFile>();
  private readonly long = new Set<string>();
  private timesPathsChanged = 0;

  constructor(
    connection: Connection,
    /** The path that a document's file and facts go by. */
    private readonly pathOf: (uri: string) => string,
    surprises: Surprises,
  ) {
    this.open.listen(guarded(connection, surprises));
    this.open.onDidChangeContent(({ document }) => this.measure(document.uri, document.getText().length));
    this.open.onDidClose(({ document }) => {
      this.parsed.delete(document.uri);
      this.measure(document.uri, 0);
    });
  }

  /**
   * The model of an open document; undefined where it is closed or no file of ours. What takes long is read in slices:
   * a document that changes meanwhile is begun again.
   */
  async model(uri: string, goOn: GoOn): Promise<OpenFile | undefined> {
    for (;;) {
      const document = this.open.get(uri);
      const language = document && documentLanguage(document);
      if (!document || !language) return undefined;
      const open = this.known(document) ?? (await inSlices(this.parse(document, language), 'asked', goOn));
      if (!open) continue;
      this.parsed.delete(uri);
      this.parsed.set(uri, open);
      this.forgetOldest();
      return open;
    }
  }

  /** Whether a document is open and a file of ours. */
  has(uri: string): boolean {
    const document = this.open.get(uri);
    return document !== undefined && documentLanguage(document) !== undefined;
  }

  /** Whether a model is that of the document as it is now. */
  isCurrent({ uri, document, version }: OpenFile): boolean {
    const now = this.open.get(uri);
    return now === document && now.version === version;
  }

  /** The paths that documents go by are other than they were. */
  pathsChanged(): void {
    this.timesPathsChanged++;
    this.parsed.clear();
  }

  private measure(uri: string, length: number): void {
    if (length > LONG) this.long.add(uri);
    else this.long.delete(uri);
    makeRoom(this.long.size > 0);
  }

  private known(document: TextDocument): OpenFile | undefined {
    const known = this.parsed.get(document.uri);
    return known?.document === document && known.version === document.version ? known : undefined;
  }

  /** Returns undefined where the document is no longer what it was. */
  private *parse(
    document: TextDocument,
    language: SourceFile['language'],
  ): Generator<void, OpenFile | undefined> {
    const { uri, version } = document;
    const text = document.getText();
    const before = this.timesPathsChanged;
    const steps = parseSteps(language, this.pathOf(uri), text);
    for (;;) {
      const step = steps.next();
      // Somebody else may have asked for the same.
      if (step.done)
        return this.known(document) ?? { uri, version, file: step.value, lines: linesOf(text), document };
      yield;
      const isOther = this.open.get(uri) !== document || document.version !== version;
      if (isOther || this.timesPathsChanged !== before) return undefined;
    }
  }

  private forgetOldest(): void {
    let characters = 0;
    for (const { file } of this.parsed.values()) characters += file.text.length;
    for (const [uri, { file }] of this.parsed) {
      if (characters <= MOST_PARSED || this.parsed.size === 1) return;
      this.parsed.delete(uri);
      characters -= file.text.length;
    }
  }
}

type DocumentConnection = Parameters<TextDocuments<TextDocument>['listen']>[0];

/** The connection as the library listens to it, where a notification that is none does no harm. */
function guarded(connection: Connection, surprises: Surprises): DocumentConnection {
  return {
    ...connection,
    onDidOpenTextDocument: heed =>
      connection.onDidOpenTextDocument(heeding('textDocument/didOpen', surprises, heed)),
    onDidChangeTextDocument: heed =>
      connection.onDidChangeTextDocument(heeding('textDocument/didChange', surprises, heed)),
    onDidCloseTextDocument: heed =>
      connection.onDidCloseTextDocument(heeding('textDocument/didClose', surprises, heed)),
    onDidSaveTextDocument: heed =>
      connection.onDidSaveTextDocument(heeding('textDocument/didSave', surprises, heed)),
  };
}

/** The documents of the library, where a client that says something else than the protocol does no harm. */
const CHECKED_DOCUMENTS: ConstructorParameters<typeof OpenDocuments<TextDocument>>[0] = {
  create(uri, languageId, version, content) {
    if (typeof uri !== 'string' || typeof content !== 'string') {
      throw new TypeError('a document was opened without a URI or without its text');
    }
    return TextDocument.create(uri, String(languageId), Number(version) || 0, content);
  },
  update: TextDocument.update,
};

/** What the client calls it counts where it says more than the name does: a Dockerfile may be called anything. */
function documentLanguage(document: TextDocument): SourceFile['language'] | undefined {
  if (document.languageId === 'dockerfile') return 'dockerfile';
  if (document.languageId === 'dockercompose') return 'compose';
  return languageOf(decoded(document.uri));
}

/** A URI that is encoded wrongly has its name as it is written. */
function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
