import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  type ClientCapabilities,
  type CodeAction,
  createConnection,
  createProtocolConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type Hover,
  type InitializeResult,
  type ProtocolConnection,
  type Range,
  type TextDocumentEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { startServer } from '../../server/src/lsp/server';
import { FEATURES } from '../../server/src/lsp/visible-log';

/** What VS Code can do; a test that wants a poorer client leaves parts out. */
export const FULL_CLIENT: ClientCapabilities = {
  workspace: {
    configuration: true,
    diagnostics: { refreshSupport: true },
    workspaceEdit: { documentChanges: true, changeAnnotationSupport: {} },
  },
  textDocument: {
    diagnostic: {},
    codeAction: { resolveSupport: { properties: ['edit'] }, dataSupport: true },
  },
};

export interface ClientOptions {
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  readonly capabilities?: ClientCapabilities;
  /** What `workspace/configuration` answers for the section `plimsoll`. */
  readonly settings?: Record<string, unknown>;
  readonly initializationOptions?: unknown;
}

/** A language client at the other end of a pair of streams, or of a process's standard input and output. */
export class LspClient {
  initialized: InitializeResult | undefined;
  readonly published = new Map<string, Diagnostic[]>();
  /** The version of the document that was last published for. */
  readonly publishedVersion = new Map<string, number>();
  /** Lines that the server logged. */
  readonly log: string[] = [];
  settings: Record<string, unknown>;
  /** How often the server has asked to pull again. */
  refreshes = 0;
  private folders: readonly string[];
  private readonly waiting: (() => void)[] = [];
  private readonly open = new Map<string, TextDocument>();

  /** Starts a server in this process. */
  static async start(options: ClientOptions): Promise<LspClient> {
    const up = new PassThrough();
    const down = new PassThrough();
    startServer(createConnection(FEATURES, up, down));
    const client = new LspClient(createProtocolConnection(down, up), options);
    await client.initialize(options);
    return client;
  }

  constructor(
    readonly connection: ProtocolConnection,
    options: ClientOptions,
  ) {
    this.settings = options.settings ?? {};
    this.folders = [pathToFileURL(options.folder).href];
    connection.onRequest('workspace/workspaceFolders', () => this.folders.map(uri => ({ uri, name: uri })));
    connection.onRequest('workspace/configuration', ({ items }: { items: { section?: string }[] }) =>
      items.map(({ section }) => this.setting(section ?? '')),
    );
    connection.onRequest('workspace/diagnostic/refresh', () => {
      this.refreshes++;
      this.tell();
      return null;
    });
    connection.onRequest('client/registerCapability', () => null);
    connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.log.push(message);
      this.tell();
    });
    connection.onNotification(
      'textDocument/publishDiagnostics',
      (params: { uri: string; version?: number; diagnostics: Diagnostic[] }) => {
        this.published.set(params.uri, params.diagnostics);
        this.publishedVersion.set(params.uri, params.version ?? 0);
        this.tell();
      },
    );
    connection.listen();
  }

  async initialize(options: ClientOptions): Promise<void> {
    const uri = pathToFileURL(options.folder).href;
    this.initialized = await this.connection.sendRequest('initialize', {
      processId: null,
      rootUri: uri,
      workspaceFolders: [{ uri, name: 'test' }],
      capabilities: options.capabilities ?? FULL_CLIENT,
      initializationOptions: options.initializationOptions ?? {
        rulePage: 'test:/rules/RULE',
        opensRules: true,
      },
    });
    await this.connection.sendNotification('initialized', {});
  }

  async openFile(uri: string, text: string, languageId = 'dockerfile'): Promise<void> {
    this.open.set(uri, TextDocument.create(uri, languageId, 1, text));
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  /** Makes other folders the workspace. */
  async changeFolders(uris: readonly string[]): Promise<void> {
    const folder = (uri: string) => ({ uri, name: uri });
    const event = { added: uris.map(folder), removed: this.folders.map(folder) };
    this.folders = uris;
    await this.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event });
  }

  /** Sends one incremental change. @returns the version that it makes */
  async edit(uri: string, range: Range, text: string): Promise<number> {
    const document = this.document(uri);
    const version = document.version + 1;
    TextDocument.update(document, [{ range, text }], version);
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range, text }],
    });
    return version;
  }

  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const report: DocumentDiagnosticReport = await this.connection.sendRequest('textDocument/diagnostic', {
      textDocument: { uri },
    });
    return report.kind === 'full' ? report.items : [];
  }

  /** Asks again each time the server says that what it said is outdated, until it is as wanted. */
  async diagnosticsThat(uri: string, wanted: (all: Diagnostic[]) => boolean): Promise<Diagnostic[]> {
    for (;;) {
      const seen = this.refreshes;
      const all = await this.diagnostics(uri);
      if (wanted(all)) return all;
      await this.until(() => this.refreshes > seen);
    }
  }

  actions(uri: string, range: Range, only?: string[]): Promise<CodeAction[]> {
    return this.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context: { diagnostics: [], ...(only ? { only } : {}) },
    });
  }

  resolve(action: CodeAction): Promise<CodeAction> {
    return this.connection.sendRequest('codeAction/resolve', action);
  }

  hover(uri: string, line: number, character: number): Promise<Hover | null> {
    return this.connection.sendRequest('textDocument/hover', {
      textDocument: { uri },
      position: { line, character },
    });
  }

  /** The text of an open document with an edit applied. */
  applied(uri: string, edit: WorkspaceEdit | undefined): string {
    const edits = (edit?.documentChanges ?? []).filter(
      (change): change is TextDocumentEdit => 'textDocument' in change && change.textDocument.uri === uri,
    );
    const texts = edits.flatMap(change => change.edits).filter(it => 'newText' in it);
    return TextDocument.applyEdits(this.document(uri), texts);
  }

  /** Waits for something that a message of the server brings about. */
  until(happened: () => boolean): Promise<void> {
    if (happened()) return Promise.resolve();
    return new Promise(resolve => {
      const check = () => {
        if (!happened()) return;
        this.waiting.splice(this.waiting.indexOf(check), 1);
        resolve();
      };
      this.waiting.push(check);
    });
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest('shutdown');
    this.connection.dispose();
  }

  /** What VS Code answers for `plimsoll`, `plimsoll.engine.host`, …: null for what is not set. */
  private setting(section: string): unknown {
    const [first, ...names] = section.split('.');
    if (first !== 'plimsoll') return null;
    return names.reduce<unknown>(
      (value, name) =>
        (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined) ?? null,
      this.settings,
    );
  }

  private document(uri: string): TextDocument {
    const document = this.open.get(uri);
    if (!document) throw new Error(`${uri} is not open`);
    return document;
  }

  private tell(): void {
    for (const check of [...this.waiting]) check();
  }
}
