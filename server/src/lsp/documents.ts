import type { Connection, TextDocuments } from 'vscode-languageserver';
import { TextDocuments as OpenDocuments } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { languageOf } from '../core/language';
import { parseFile } from '../core/lint';
import type { SourceFile } from '../core/rule';
import { type Lines, linesOf } from '../core/text/lines';

/** An open document with its model. */
export interface OpenFile {
  readonly uri: string;
  readonly version: number;
  readonly file: SourceFile;
  readonly lines: Lines;
}

/** The documents that the client has open, each parsed once per version. */
export class Documents {
  readonly open: TextDocuments<TextDocument> = new OpenDocuments(TextDocument);
  private readonly parsed = new Map<string, OpenFile>();

  constructor(
    connection: Connection,
    /** The path that a document's file and facts go by. */
    private readonly pathOf: (uri: string) => string,
  ) {
    this.open.listen(connection);
    this.open.onDidClose(({ document }) => this.parsed.delete(document.uri));
  }

  /** The model of an open document; undefined where it is closed or no file of ours. */
  model(uri: string): OpenFile | undefined {
    const document = this.open.get(uri);
    const language = document && documentLanguage(document);
    if (!document || !language) return undefined;
    const known = this.parsed.get(uri);
    if (known?.version === document.version) return known;
    const text = document.getText();
    const file = parseFile(language, this.pathOf(uri), text);
    const open = { uri, version: document.version, file, lines: linesOf(text) };
    this.parsed.set(uri, open);
    return open;
  }

  /** The paths that documents go by are other than they were. */
  pathsChanged(): void {
    this.parsed.clear();
  }

  all(): OpenFile[] {
    return this.open.keys().flatMap(uri => this.model(uri) ?? []);
  }
}

/** What the client calls it counts where it says more than the name does: a Dockerfile may be called anything. */
function documentLanguage(document: TextDocument): SourceFile['language'] | undefined {
  if (document.languageId === 'dockerfile') return 'dockerfile';
  if (document.languageId === 'dockercompose') return 'compose';
  return languageOf(decodeURIComponent(document.uri));
}
