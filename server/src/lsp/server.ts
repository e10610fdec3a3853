import {
  type ClientCapabilities,
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { loadGrammar } from '../host/grammar';
import { trustGranted } from '../protocol';
import { fieldOf, heeding, Surprises } from './answering';
import { CONVERT, CodeActions, FIX_ALL } from './code-actions';
import { Diagnostics } from './diagnostics';
import { Documents } from './documents';
import { EditableFiles } from './editable-files';
import type { EngineFactsByFolder } from './engine-facts';
import { EngineService } from './engine-service';
import { Findings } from './findings';
import { registerHover } from './hover';
import { registerProvable } from './provable';
import { Settings } from './settings';
import { WorkspaceEdits } from './workspace-edits';
import { Workspaces } from './workspaces';

/** What our own client says beside the protocol; other editors send nothing. */
interface InitializationOptions {
  /** The address of a rule's page with `RULE` for its id. */
  readonly rulePage?: string;
  /** Whether the client has the command `plimsoll.openRule`. */
  readonly opensRules?: boolean;
  /** Whether the user trusts the workspace; who says nothing is taken for one who does not. */
  readonly trusted?: boolean;
}

/** Another client may have put anything there. */
function initializationOptions(options: unknown): InitializationOptions {
  const rulePage = fieldOf(options, 'rulePage');
  return {
    ...(typeof rulePage === 'string' ? { rulePage } : {}),
    opensRules: fieldOf(options, 'opensRules') === true,
    trusted: fieldOf(options, 'trusted') === true,
  };
}

/** A server that was started. */
export interface Server {
  /** Whether the client has asked it to shut down. */
  readonly isShutDown: () => boolean;
}

/**
 * The language server on one connection: puts the parts together and tells them what the client can do.
 *
 * @param onClient told the id of the client's process, as the client says it
 */
export function startServer(
  connection: Connection,
  onClient: (processId: unknown) => void = () => undefined,
): Server {
  const workspaces = new Workspaces({
    onFacts: () => {
      diagnostics.refresh();
      void engine.workspaceChanged();
    },
    onConfig: () => settingsChanged(),
  });
  const settings = new Settings(connection, workspaces);
  const surprises = new Surprises(connection);
  const documents = new Documents(connection, uri => workspaces.pathOf(uri), surprises);
  const findings = new Findings(documents, workspaces, settings, surprises);
  const diagnostics = new Diagnostics(connection, { documents, findings, settings, surprises });
  const edits = new WorkspaceEdits(new EditableFiles(workspaces, documents));
  const actions = new CodeActions(
    connection,
    { documents, findings, diagnostics, settings, workspaces, surprises },
    edits,
  );
  const engineFactsChanged = (facts: EngineFactsByFolder) => {
    findings.setEngine(facts);
    diagnostics.refresh();
  };
  const engine = new EngineService(connection, workspaces, settings, engineFactsChanged, surprises);
  registerHover(connection, findings, surprises);
  registerProvable(connection, documents, workspaces, findings, surprises);
  keepFactsCurrent(connection, { documents, workspaces, engine, surprises });
  documents.open.onDidClose(({ document }) => settings.forget(document.uri));

  let client: ClientCapabilities = {};
  let shutDown = false;
  connection.onInitialize(async (params): Promise<InitializeResult> => {
    onClient(params.processId);
    await loadGrammar();
    workspaces.setFolders(foldersOf(params));
    adaptTo(params, { settings, diagnostics, actions, edits, workspaces });
    client = params.capabilities ?? {};
    return { serverInfo: { name: 'plimsoll' }, capabilities: CAPABILITIES };
  });

  connection.onInitialized(() => watchChanges(connection, client, foldersChanged));

  const settingsChanged = () => {
    settings.changed();
    diagnostics.refresh();
  };
  const foldersChanged = (uris: readonly string[]) => {
    workspaces.setFolders(uris);
    factsBeginAnew();
  };
  const factsBeginAnew = () => {
    documents.pathsChanged();
    for (const document of documents.open.all()) workspaces.setOverlay(document.uri, document.getText());
    settingsChanged();
    void engine.workspaceChanged();
  };
  connection.onNotification(trustGranted.method, () => {
    workspaces.trust();
    factsBeginAnew();
  });
  connection.onDidChangeConfiguration(() => {
    settingsChanged();
    void engine.settingsChanged();
  });
  connection.onShutdown(() => {
    shutDown = true;
    diagnostics.stop();
    engine.stop();
    workspaces.dispose();
  });
  connection.listen();
  return { isShutDown: () => shutDown };
}

const CAPABILITIES: InitializeResult['capabilities'] = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
  // Findings do rest on other files, but a change there comes with a refresh: nothing is to be pulled at each keystroke.
  diagnosticProvider: { identifier: 'plimsoll', interFileDependencies: false, workspaceDiagnostics: false },
  codeActionProvider: { codeActionKinds: ['quickfix', CONVERT, FIX_ALL], resolveProvider: true },
  hoverProvider: true,
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
};

interface Adaptable {
  readonly settings: Settings;
  readonly diagnostics: Diagnostics;
  readonly actions: CodeActions;
  readonly edits: WorkspaceEdits;
  readonly workspaces: Workspaces;
}

/** Tells the parts what the client can do and wants. */
function adaptTo(
  params: InitializeParams,
  { settings, diagnostics, actions, edits, workspaces }: Adaptable,
): void {
  const can = params.capabilities ?? {};
  const options = initializationOptions(params.initializationOptions);
  if (options.trusted === true) workspaces.trust();
  settings.askClient = can.workspace?.configuration === true;
  diagnostics.pulled = can.textDocument?.diagnostic !== undefined;
  diagnostics.refreshable = can.workspace?.diagnostics?.refreshSupport === true;
  diagnostics.style = { rulePage: options.rulePage };
  const resolved: unknown = can.textDocument?.codeAction?.resolveSupport?.properties;
  actions.resolves = Array.isArray(resolved) && resolved.includes('edit');
  actions.disables = can.textDocument?.codeAction?.disabledSupport === true;
  actions.opensRules = options.opensRules === true;
  edits.annotates = can.workspace?.workspaceEdit?.changeAnnotationSupport !== undefined;
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  if (Array.isArray(workspaceFolders)) return urisOf(workspaceFolders);
  return typeof rootUri === 'string' && rootUri !== '' ? [rootUri] : [];
}

function urisOf(folders: readonly unknown[]): string[] {
  return folders.map(folder => fieldOf(folder, 'uri')).filter(uri => typeof uri === 'string');
}

/** Asks the client to say when files or workspace folders change, as far as it can. */
function watchChanges(
  connection: Connection,
  can: ClientCapabilities,
  foldersChanged: (uris: readonly string[]) => void,
): void {
  if (can.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
    void connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [{ globPattern: '**/*' }],
    });
  }
  if (can.workspace?.workspaceFolders) {
    connection.workspace.onDidChangeWorkspaceFolders(async () => {
      const folders = await connection.workspace.getWorkspaceFolders();
      if (Array.isArray(folders)) foldersChanged(urisOf(folders));
    });
  }
}

interface FactServices {
  readonly documents: Documents;
  readonly workspaces: Workspaces;
  readonly engine: EngineService;
  readonly surprises: Surprises;
}

/**
 * Facts follow the disk by the client's word, and an open document by its text when it was opened or last saved:
 * a keystroke in one file makes no other file's facts outdated.
 */
function keepFactsCurrent(
  connection: Connection,
  { documents, workspaces, engine, surprises }: FactServices,
): void {
  documents.open.onDidOpen(({ document }) => {
    workspaces.setOverlay(document.uri, document.getText());
    void engine.factsWanted();
  });
  documents.open.onDidSave(({ document }) => {
    workspaces.setOverlay(document.uri, document.getText());
  });
  documents.open.onDidClose(({ document }) => {
    workspaces.setOverlay(document.uri, undefined);
    workspaces.forget(document.uri);
  });
  connection.onDidChangeWatchedFiles(
    heeding('workspace/didChangeWatchedFiles', surprises, ({ changes }) => {
      for (const change of changes) if (typeof change?.uri === 'string') workspaces.changed(change.uri);
    }),
  );
}
