import {
  type Connection,
  DiagnosticRefreshRequest,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  DocumentDiagnosticRequest,
  type Diagnostic as LspDiagnostic,
  ResponseError,
} from 'vscode-languageserver';
import { turn, type Urgency } from '../host/turns';
import { answering, documentUri, type GoOn, type Surprises } from './answering';
import { type DiagnosticStyle, toLspDiagnostic } from './convert';
import type { Documents } from './documents';
import type { Asked, Findings } from './findings';
import { Lane } from './lane';
import type { Settings } from './settings';
import { closeGaps, leaveGaps } from './spare-memory';

/** What was said of a document. */
interface Said {
  /** What it rested on. */
  readonly basis: string;
  readonly version: number;
  readonly items: readonly LspDiagnostic[];
}

/** Who wants to know what is to be said. */
interface Wanted {
  readonly goOn: GoOn;
  /** Called when its turn comes: what changes from then on is not in it. */
  readonly onTurn: () => void;
}

export interface DiagnosticServices {
  readonly documents: Documents;
  readonly findings: Findings;
  readonly settings: Settings;
  readonly surprises: Surprises;
}

/**
 * How diagnostics reach the client: it pulls them, or they are pushed to one that cannot. Where it asks for all of
 * hundreds of documents, they come one by one, and what somebody does meanwhile goes first.
 */
export class Diagnostics {
  style: DiagnosticStyle = { rulePage: undefined };
  /** Whether the client pulls; said once, in `initialize`. */
  pulled = false;
  /** Whether the client can be asked to pull again. */
  refreshable = false;
  private readonly said = new Map<string, Said>();
  private readonly lane = new Lane();
  private readonly pushing = new Set<string>();
  private stopped = false;
  private refreshing: NodeJS.Immediate | undefined;
  /** Whether the client has been asked to pull again, and whether it is to be asked once more then. */
  private asking: 'no' | 'asked' | 'again' = 'no';

  constructor(
    private readonly connection: Connection,
    private readonly services: DiagnosticServices,
  ) {
    const { open } = services.documents;
    open.onDidChangeContent(({ document }) => {
      if (!this.pulled) this.push(document.uri);
    });
    open.onDidClose(({ document }) => {
      this.said.delete(document.uri);
      if (!this.pulled) this.send(document.uri, undefined, []);
    });
    const pull = (params: DocumentDiagnosticParams, goOn: GoOn) => this.pull(params, goOn);
    connection.onRequest(
      DocumentDiagnosticRequest.type,
      answering('textDocument/diagnostic', services.surprises, pull),
    );
  }

  /** What was said may be outdated: the facts or the settings changed. Said once for all that happens in one turn. */
  refresh(): void {
    this.refreshing ??= setImmediate(() => {
      this.refreshing = undefined;
      if (!this.pulled) for (const uri of this.services.documents.open.keys()) this.push(uri);
      else if (this.refreshable) void this.askToPull();
    });
  }

  /** Nothing is said any more. */
  stop(): void {
    this.stopped = true;
    clearImmediate(this.refreshing);
  }

  /** Asks once at a time: what happens until the client answers is one more reason for the next time. */
  private async askToPull(): Promise<void> {
    if (this.asking !== 'no') {
      this.asking = 'again';
      return;
    }
    this.asking = 'asked';
    try {
      await this.connection.sendRequest(DiagnosticRefreshRequest.type);
    } catch (error) {
      // The client is going, or will not pull now; it pulls by itself at the next change.
      this.connection.console.log(`the client did not refresh its diagnostics: ${String(error)}`);
    }
    const again = this.askedAgain();
    this.asking = 'no';
    if (again) this.refresh();
  }

  private askedAgain(): boolean {
    return this.asking === 'again';
  }

  private async pull(params: DocumentDiagnosticParams, goOn: GoOn): Promise<DocumentDiagnosticReport> {
    const said = await this.find(documentUri(params), { goOn, onTurn: () => undefined });
    if (!said) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
    const resultId = said.basis;
    if (params.previousResultId === resultId)
      return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
    return { kind: DocumentDiagnosticReportKind.Full, resultId, items: [...said.items] };
  }

  /** Says what is found in a document, once for all that changes in it until its turn comes. */
  private push(uri: string): void {
    if (this.pushing.has(uri)) return;
    this.pushing.add(uri);
    this.find(uri, { goOn: () => undefined, onTurn: () => this.pushing.delete(uri) })
      .then(said => {
        if (said) this.send(uri, said.version, said.items);
      })
      .catch(error => {
        // A document that changes all the time is looked at again after its last change.
        if (!(error instanceof ResponseError)) this.services.surprises.log('publishing diagnostics', error);
      })
      .finally(() => this.pushing.delete(uri));
  }

  private send(uri: string, version: number | undefined, items: readonly LspDiagnostic[]): void {
    const diagnostics = [...items];
    this.connection
      .sendDiagnostics({ uri, ...(version === undefined ? {} : { version }), diagnostics })
      .catch(error => this.services.surprises.log('publishing diagnostics', error));
  }

  /** What is to be said of a document now; undefined where it is closed or no file of ours. */
  private async find(uri: string, { goOn, onTurn }: Wanted): Promise<Said | undefined> {
    const { documents, settings } = this.services;
    if (!documents.has(uri)) return undefined;
    // Not in the lane: a client that does not answer would stop all others.
    await settings.of(uri);
    goOn();
    const said = this.said.get(uri);
    const isTypedIn = said && said.version !== documents.open.get(uri)?.version;
    const job = (urgency: Urgency) => {
      if (urgency === 'asked') leaveGaps();
      else closeGaps();
      onTurn();
      goOn();
      return this.findNow(uri, { urgency, goOn });
    };
    return isTypedIn ? job('asked') : this.lane.run(async () => job('background'));
  }

  private async findNow(uri: string, asked: Asked): Promise<Said | undefined> {
    const { documents, findings, settings } = this.services;
    const known = await settings.of(uri);
    if (!documents.has(uri)) return undefined;
    const before = this.said.get(uri);
    if (before && before.basis === findings.basis(uri, known)) return before;
    await turn(asked.urgency);
    if (this.stopped) return undefined;
    asked.goOn();
    const basis = findings.basis(uri, known);
    const found = await findings.with(uri, known, asked);
    if (!found) return undefined;
    const { open } = found;
    const items = found.findings.map(finding => toLspDiagnostic(finding, uri, open.lines, this.style));
    const said: Said = { basis, version: open.version, items };
    if (documents.isCurrent(open)) this.said.set(uri, said);
    return said;
  }
}
