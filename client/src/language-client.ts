import * as vscode from 'vscode';
import {
  type CodeAction,
  CodeActionRequest,
  CodeActionResolveRequest,
  Command,
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  State,
  TransportKind,
} from 'vscode-languageclient/node';
import { type NotificationDef, type RequestDef, trustGranted } from '../../server/src/protocol';
import { SETTINGS } from './ids';
import { rulePageUri } from './rule-pages';

const DOCUMENTS: NonNullable<LanguageClientOptions['documentSelector']> = [
  { language: 'dockerfile' },
  { language: 'dockercompose' },
  { language: 'yaml', pattern: '**/{compose,docker-compose}*.{yml,yaml}' },
  // What images install: findings only where one does.
  { pattern: '**/{*requirements*,requirements/*}.{txt,in}' },
  { pattern: '**/{pyproject.toml,Pipfile}' },
];

/** What the lightbulb would offer, with a way to the edit that it would make. */
export interface OfferedAction {
  readonly title: string;
  /** Undefined where the file is no longer what it was. */
  edit(): Promise<vscode.WorkspaceEdit | undefined>;
}

/** The language server as the rest of the extension sees it: it can be started, stopped and asked. */
export class Client implements vscode.Disposable {
  private readonly client: LanguageClient;
  private readonly startedEmitter = new vscode.EventEmitter<void>();
  /** The server is there, for the first time or again. */
  readonly onDidStart = this.startedEmitter.event;
  private readonly stoppedEmitter = new vscode.EventEmitter<void>();
  /** The server is not running: it was stopped or it crashed. */
  readonly onDidStop = this.stoppedEmitter.event;
  private readonly trust: vscode.Disposable;

  constructor(context: vscode.ExtensionContext) {
    const program = {
      module: context.asAbsolutePath('dist/cli.js'),
      args: ['lsp'],
      transport: TransportKind.ipc,
    };
    const server: ServerOptions = {
      run: program,
      debug: { ...program, options: { execArgv: ['--nolazy', '--inspect=6009'] } },
    };
    this.client = new LanguageClient('plimsoll', 'Plimsoll', server, {
      documentSelector: DOCUMENTS,
      synchronize: { configurationSection: SETTINGS.section },
      diagnosticPullOptions: { onChange: true, onSave: true },
      // A function, since a server that is started again may meet another trust.
      initializationOptions: () => ({
        rulePage: rulePageUri(context, 'RULE').toString(),
        opensRules: true,
        trusted: vscode.workspace.isTrusted,
      }),
    });
    this.trust = vscode.workspace.onDidGrantWorkspaceTrust(() => this.notify(trustGranted, {}));
    // Not after start(): the library starts a server that crashed again by itself.
    this.client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.startedEmitter.fire();
      if (newState === State.Stopped) this.stoppedEmitter.fire();
    });
  }

  async start(): Promise<void> {
    await this.client.start();
  }

  async restart(): Promise<void> {
    await this.client.restart();
  }

  showLog(): void {
    this.client.outputChannel.show();
  }

  onNotification<Params>(
    { method }: NotificationDef<Params>,
    handler: (params: Params) => void,
  ): vscode.Disposable {
    return this.client.onNotification(method, handler);
  }

  async notify<Params>({ method }: NotificationDef<Params>, params: Params): Promise<void> {
    if (this.client.isRunning()) await this.client.sendNotification(method, params);
  }

  /** Undefined where the server is not running. */
  async request<Params, Result>(
    { method }: RequestDef<Params, Result>,
    params: Params,
  ): Promise<Result | undefined> {
    return this.client.isRunning() ? this.client.sendRequest<Result>(method, params) : undefined;
  }

  /**
   * What the server offers of one kind, wherever in the file; nothing where it is not running. VS Code's own command for
   * this loses of an edit which files it makes and whether somebody is to look first.
   */
  async actionsIn(document: vscode.TextDocument, kind: vscode.CodeActionKind): Promise<OfferedAction[]> {
    if (!this.client.isRunning()) return [];
    const { code2ProtocolConverter, protocol2CodeConverter } = this.client;
    const end = document.lineAt(document.lineCount - 1).range.end;
    const answer = await this.client.sendRequest(CodeActionRequest.type, {
      textDocument: code2ProtocolConverter.asTextDocumentIdentifier(document),
      range: code2ProtocolConverter.asRange(new vscode.Range(new vscode.Position(0, 0), end)),
      context: { diagnostics: [], only: [kind.value] },
    });
    const actions = (answer ?? []).filter((it): it is CodeAction => !Command.is(it));
    return actions.map(action => ({
      title: action.title,
      edit: async () => {
        const { edit } = await this.client.sendRequest(CodeActionResolveRequest.type, action);
        return protocol2CodeConverter.asWorkspaceEdit(edit);
      },
    }));
  }

  dispose(): void {
    this.trust.dispose();
    this.startedEmitter.dispose();
    this.stoppedEmitter.dispose();
    void this.client.dispose();
  }
}
