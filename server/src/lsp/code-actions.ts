import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Connection,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { titleWithGain } from '../core/evidence';
import { fixAll } from '../core/fix-all';
import { ignoreHere } from '../core/ignore-here';
import { conversions, type Diagnostic } from '../core/lint';
import { type FileChange, type Finding, type Fix, type Offer, type Safety, SEVERITIES } from '../core/rule';
import { minimalEdits } from '../core/text/diff';
import { type Span, touches } from '../core/text/span';
import { visible } from '../core/text/visible';
import { toLspDiagnostic, toSpan } from './convert';
import type { Diagnostics } from './diagnostics';
import type { Documents, OpenFile } from './documents';
import type { Findings } from './findings';
import type { Settings } from './settings';
import type { WorkspaceEdits } from './workspace-edits';
import type { Workspaces } from './workspaces';

/** The kind of the action that makes all safe fixes on save. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.plimsoll`;
/** The kind of the actions that rewrite a whole file. */
export const CONVERT = `${CodeActionKind.RefactorRewrite}.plimsoll`;

/** What an action carries until somebody picks it and its edits are asked for. */
type ActionData =
  | { readonly kind: 'convert'; readonly uri: string; readonly conversion: string; readonly offer: number }
  | { readonly kind: 'fix-all'; readonly uri: string };

export interface ActionServices {
  readonly documents: Documents;
  readonly findings: Findings;
  readonly diagnostics: Diagnostics;
  readonly settings: Settings;
  readonly workspaces: Workspaces;
}

/** The lightbulb: fixes, conversions, "Ignore here", "Open the rule's page", and fix-all on save. */
export class CodeActions {
  /** Whether the client asks for the edits of the action that is picked; else they all come at once. */
  resolves = false;
  /** Whether the client shows the page of a rule by the command `plimsoll.openRule`. */
  opensRules = false;

  constructor(
    connection: Connection,
    private readonly services: ActionServices,
    private readonly edits: WorkspaceEdits,
  ) {
    connection.onCodeAction(params => this.actions(params));
    connection.onCodeActionResolve(action => this.resolve(action));
  }

  private async actions({ textDocument, range, context }: CodeActionParams): Promise<CodeAction[]> {
    // Who asks right after a file was opened would be offered less than a moment later: conversions rest on facts.
    await this.services.workspaces.firstFacts(textDocument.uri);
    const open = this.services.documents.model(textDocument.uri);
    if (!open) return [];
    const at = toSpan(open.lines, range);
    const wanted = (kind: string) => isWanted(kind, context.only);
    const findings = wanted(CodeActionKind.QuickFix) ? await this.services.findings.of(open) : [];
    const here = findings.filter(finding => touches(finding.at, at)).sort(byGravity);
    const actions = [
      ...here.flatMap(finding => this.fixesOf(finding, open)),
      ...(wanted(CONVERT) || here.some(it => it.conversions) ? this.conversionsAt(open, at, here) : []),
      ...here.flatMap(finding => this.aboutRule(finding, open)),
      ...(context.only && wanted(FIX_ALL) ? [this.fixAllAction(open.uri)] : []),
    ];
    const asked = actions.filter(({ kind }) => kind === undefined || wanted(kind));
    return this.resolves ? asked : Promise.all(asked.map(action => this.resolve(action)));
  }

  private fixesOf(finding: Diagnostic, open: OpenFile): CodeAction[] {
    const fixes = finding.fixes?.() ?? [];
    const preferred = fixes.find(fix => fix.safety === 'safe');
    return fixes.map(fix => ({
      title: fix.title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [this.diagnostic(finding, open)],
      isPreferred: fix === preferred,
      edit: this.fixEdit(fix, finding, open),
    }));
  }

  private fixEdit(fix: Fix, finding: Finding, open: OpenFile): WorkspaceEdit {
    const because = finding.message;
    const changes: FileChange[] = [
      ...(fix.edits.length > 0
        ? [
            {
              kind: 'edit' as const,
              path: open.file.path,
              edits: fix.edits.map(edit => ({ ...edit, because })),
            },
          ]
        : []),
      ...(fix.newFiles ?? []).map(file => ({ kind: 'create' as const, ...file, because })),
      ...(fix.elsewhere ?? []).map(({ path, edits }) => ({
        kind: 'edit' as const,
        path,
        edits: edits.map(edit => ({ ...edit, because })),
      })),
    ];
    return this.edits.of(open, changes, { title: fix.title, safety: fix.safety });
  }

  private aboutRule(finding: Diagnostic, open: OpenFile): CodeAction[] {
    const id = finding.rule.meta.id;
    const diagnostics = [this.diagnostic(finding, open)];
    const edit = ignoreHere(open.file, finding.at, id);
    const ignore: FileChange = {
      kind: 'edit',
      path: open.file.path,
      edits: [{ ...edit, because: finding.message }],
    };
    const title = `Ignore ${id} here`;
    return [
      {
        title,
        kind: CodeActionKind.QuickFix,
        diagnostics,
        edit: this.edits.of(open, [ignore], { title, safety: 'safe' }),
      },
      ...(this.opensRules
        ? [
            {
              title: `Open the page of ${id}`,
              kind: CodeActionKind.QuickFix,
              diagnostics,
              command: { title: `Open the page of ${id}`, command: 'plimsoll.openRule', arguments: [id] },
            },
          ]
        : []),
    ];
  }

  private conversionsAt(open: OpenFile, at: Span, here: readonly Diagnostic[]): CodeAction[] {
    return this.offers(open).flatMap(({ conversion, offers }) =>
      offers.flatMap((offer, index): CodeAction[] => {
        const callers = here.filter(finding => finding.conversions?.includes(conversion.meta.id));
        if (!touches(offer.at, at) && callers.length === 0) return [];
        const data: ActionData = {
          kind: 'convert',
          uri: open.uri,
          conversion: conversion.meta.id,
          offer: index,
        };
        const subject = offer.subject ? ` (${visible(offer.subject)})` : '';
        return [
          {
            title: titleWithGain(`${conversion.meta.title}${subject}`, offer.gain),
            kind: callers.length > 0 ? CodeActionKind.QuickFix : CONVERT,
            diagnostics: callers.map(finding => this.diagnostic(finding, open)),
            data,
          },
        ];
      }),
    );
  }

  private offers(open: OpenFile) {
    return conversions(open.file, this.services.findings.context(open.uri));
  }

  private fixAllAction(uri: string): CodeAction {
    const data: ActionData = { kind: 'fix-all', uri };
    return { title: 'Fix all that is safe', kind: FIX_ALL, data };
  }

  private async resolve(action: CodeAction): Promise<CodeAction> {
    const data = action.data as ActionData | undefined;
    const open = data && this.services.documents.model(data.uri);
    if (!data || !open) return action;
    const edit = data.kind === 'convert' ? this.conversionEdit(open, data) : await this.fixAllEdit(open);
    return edit ? { ...action, edit } : action;
  }

  private conversionEdit(open: OpenFile, data: ActionData & { kind: 'convert' }): WorkspaceEdit | undefined {
    const found = this.offers(open).find(({ conversion }) => conversion.meta.id === data.conversion);
    const offer: Offer | undefined = found?.offers[data.offer];
    if (!found || !offer) return undefined;
    const { title, safety } = found.conversion.meta;
    return this.edits.of(open, offer.changes(), { title, safety });
  }

  private async fixAllEdit(open: OpenFile): Promise<WorkspaceEdit | undefined> {
    const { enabled, config } = await this.services.settings.of(open.uri);
    if (!enabled) return undefined;
    const safeties: readonly Safety[] = ['safe'];
    const context = this.services.findings.context(open.uri);
    const fixed = fixAll(open.file, context, { config }, safeties);
    const because = 'all safe fixes';
    const edits = minimalEdits(open.file.text, fixed.text).map(edit => ({ ...edit, because }));
    const changes: FileChange[] = [
      { kind: 'edit', path: open.file.path, edits },
      ...fixed.newFiles.map(file => ({ kind: 'create' as const, ...file, because })),
      ...[...fixed.elsewhere].map(([path, text]) => {
        const before = context.workspace.texts.get(path) ?? '';
        return {
          kind: 'edit' as const,
          path,
          edits: minimalEdits(before, text).map(it => ({ ...it, because })),
        };
      }),
    ];
    return this.edits.of(open, changes, { title: 'Fix all that is safe', safety: 'safe' });
  }

  private diagnostic(finding: Diagnostic, open: OpenFile) {
    return toLspDiagnostic(finding, open.uri, open.lines, this.services.diagnostics.style);
  }
}

/** Kinds form a tree: who asks for `source.fixAll` wants `source.fixAll.plimsoll` too. */
function isWanted(kind: string, only: readonly string[] | undefined): boolean {
  return !only || only.some(asked => kind === asked || kind.startsWith(`${asked}.`));
}

/** What is worst comes first at the lightbulb. */
function byGravity(one: Diagnostic, other: Diagnostic): number {
  return SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity);
}
