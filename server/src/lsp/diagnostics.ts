import {
  type Connection,
  DiagnosticRefreshRequest,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  type Diagnostic as LspDiagnostic,
} from 'vscode-languageserver';
import { type DiagnosticStyle, toLspDiagnostic } from './convert';
import type { Documents, OpenFile } from './documents';
import type { Findings } from './findings';

/** How diagnostics reach the client: it pulls them, or they are pushed to one that cannot. */
export class Diagnostics {
  style: DiagnosticStyle = { rulePage: undefined };
  /** Whether the client pulls; said once, in `initialize`. */
  pulled = false;
  /** Whether the client can be asked to pull again. */
  refreshable = false;
  private refreshing: NodeJS.Immediate | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly documents: Documents,
    private readonly findings: Findings,
  ) {
    documents.open.onDidChangeContent(({ document }) => {
      if (!this.pulled) void this.push(document.uri);
    });
    documents.open.onDidClose(({ document }) => {
      if (!this.pulled) void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
    });
    connection.languages.diagnostics.on(({ textDocument }) => this.pull(textDocument.uri));
  }

  /** What was said may be outdated: the facts or the settings changed. Said once for all that happens in one turn. */
  refresh(): void {
    this.refreshing ??= setImmediate(() => {
      this.refreshing = undefined;
      if (!this.pulled) for (const { uri } of this.documents.all()) void this.push(uri);
      else if (this.refreshable) void this.askToPull();
    });
  }

  /** Nothing is said any more. */
  stop(): void {
    clearImmediate(this.refreshing);
  }

  private async askToPull(): Promise<void> {
    try {
      await this.connection.sendRequest(DiagnosticRefreshRequest.type);
    } catch (error) {
      // The client is going, or will not pull now; it pulls by itself at the next change.
      this.connection.console.log(`the client did not refresh its diagnostics: ${String(error)}`);
    }
  }

  private async pull(uri: string): Promise<DocumentDiagnosticReport> {
    const open = this.documents.model(uri);
    const items = open ? await this.diagnosticsOf(open) : [];
    return { kind: DocumentDiagnosticReportKind.Full, items };
  }

  private async push(uri: string): Promise<void> {
    const open = this.documents.model(uri);
    if (!open) return;
    const diagnostics = await this.diagnosticsOf(open);
    // A later version has been opened meanwhile, and is on its way itself.
    if (this.documents.model(uri)?.version !== open.version) return;
    await this.connection.sendDiagnostics({ uri, version: open.version, diagnostics });
  }

  private async diagnosticsOf(open: OpenFile): Promise<LspDiagnostic[]> {
    const findings = await this.findings.of(open);
    return findings.map(finding => toLspDiagnostic(finding, open.uri, open.lines, this.style));
  }
}
