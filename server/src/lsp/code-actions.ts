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
import { type ConversionOffers, conversionSteps, type Diagnostic } from '../core/lint';
import { type FileChange, type Finding, type Fix, type Offer, type Safety, SEVERITIES } from '../core/rule';
import { minimalEdits } from '../core/text/diff';
import { type Span, touches } from '../core/text/span';
import { inSlices } from '../host/turns';
import { answering, checkRange, contentModified, documentUri, type GoOn, type Surprises } from './answering';
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
  | {
      readonly kind: 'convert';
      readonly uri: string;
      /** Of the document that it was offered for. */
      readonly version: number;
      readonly conversion: string;
      readonly offer: number;
    }
  | { readonly kind: 'fix-all'; readonly uri: string };

export interface ActionServices {
  readonly documents: Documents;
  readonly findings: Findings;
  readonly diagnostics: Diagnostics;
  readonly settings: Settings;
  readonly workspaces: Workspaces;
  readonly surprises: Surprises;
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
    const actions = (params: CodeActionParams, goOn: GoOn) => this.actions(params, goOn);
    const resolve = (action: CodeAction, goOn: GoOn) => this.resolve(action, goOn);
    const { surprises } = services;
    connection.onCodeAction(answering('textDocument/codeAction', surprises, actions));
    connection.onCodeActionResolve(answering('codeAction/resolve', surprises, resolve));
  }

  private async actions(params: CodeActionParams, goOn: GoOn): Promise<CodeAction[]> {
    const { documents, workspaces, findings } = this.services;
    const { range, context } = params;
    const uri = documentUri(params);
    checkRange(range, 'range');
    if (!documents.has(uri)) return [];
    // Who asks right after a file was opened would be offered less than a moment later: conversions rest on facts.
    await workspaces.firstFacts(uri);
    goOn();
    const found = await findings.of(uri, { urgency: 'asked', goOn });
    if (!found) return [];
    const { open } = found;
    const at = toSpan(open.lines, range);
    const only = Array.isArray(context?.only) ? context.only : undefined;
    const wanted = (kind: string) => isWanted(kind, only);
    const here = wanted(CodeActionKind.QuickFix)
      ? found.findings.filter(finding => touches(finding.at, at)).sort(byGravity)
      : [];
    const offered = wanted(CONVERT) || here.some(it => it.conversions) ? await this.offers(open, goOn) : [];
    const actions = [
      ...here.flatMap(finding => this.fixesOf(finding, open)),
      ...this.conversionsAt(open, offered, at, here),
      ...here.flatMap(finding => this.aboutRule(finding, open)),
      ...(only && wanted(FIX_ALL) ? [this.fixAllAction(open.uri)] : []),
    ];
    const asked = actions.filter(({ kind }) => kind === undefined || wanted(kind));
    return this.resolves ? asked : Promise.all(asked.map(action => this.resolve(action, goOn)));
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

  private conversionsAt(
    open: OpenFile,
    offered: readonly ConversionOffers[],
    at: Span,
    here: readonly Diagnostic[],
  ): CodeAction[] {
    return offered.flatMap(({ conversion, offers }) =>
      offers.flatMap((offer, index): CodeAction[] => {
        const callers = here.filter(finding => finding.conversions?.includes(conversion.meta.id));
        if (!touches(offer.at, at) && callers.length === 0) return [];
        const data: ActionData = {
          kind: 'convert',
          uri: open.uri,
          version: open.version,
          conversion: conversion.meta.id,
          offer: index,
        };
        const subject = offer.subject ? ` (${offer.subject})` : '';
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

  private offers(open: OpenFile, goOn: GoOn): Promise<ConversionOffers[]> {
    const steps = conversionSteps(open.file, this.services.findings.context(open.uri));
    return inSlices(steps, 'asked', goOn);
  }

  private fixAllAction(uri: string): CodeAction {
    const data: ActionData = { kind: 'fix-all', uri };
    return { title: 'Fix all that is safe', kind: FIX_ALL, data };
  }

  private async resolve(action: CodeAction, goOn: GoOn): Promise<CodeAction> {
    const data = actionData(action);
    if (!data) return action;
    const edit =
      data.kind === 'convert' ? await this.conversionEdit(data, goOn) : await this.fixAllEdit(data.uri, goOn);
    return edit ? { ...action, edit } : action;
  }

  /** @throws ResponseError where the document is no longer the one that the conversion was offered for */
  private async conversionEdit(
    data: ActionData & { kind: 'convert' },
    goOn: GoOn,
  ): Promise<WorkspaceEdit | undefined> {
    const open = this.services.documents.model(data.uri);
    if (!open) return undefined;
    if (open.version !== data.version) throw contentModified();
    const offered = await this.offers(open, goOn);
    if (!this.services.documents.isCurrent(open)) throw contentModified();
    const found = offered.find(({ conversion }) => conversion.meta.id === data.conversion);
    const offer: Offer | undefined = found?.offers[data.offer];
    if (!found || !offer) return undefined;
    const { title, safety } = found.conversion.meta;
    return this.edits.of(open, offer.changes(), { title, safety });
  }

  private async fixAllEdit(uri: string, goOn: GoOn): Promise<WorkspaceEdit | undefined> {
    const { enabled, config } = await this.services.settings.of(uri);
    goOn();
    const open = this.services.documents.model(uri);
    if (!enabled || !open) return undefined;
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

/** What the client gives back may be any; an action of somebody else has nothing of ours. */
function actionData({ data }: CodeAction): ActionData | undefined {
  if (typeof data !== 'object' || data === null || typeof Reflect.get(data, 'uri') !== 'string')
    return undefined;
  const kind: unknown = Reflect.get(data, 'kind');
  return kind === 'convert' || kind === 'fix-all' ? (data as ActionData) : undefined;
}

/** Kinds form a tree: who asks for `source.fixAll` wants `source.fixAll.plimsoll` too. */
function isWanted(kind: string, only: readonly string[] | undefined): boolean {
  return !only || only.some(asked => kind === asked || kind.startsWith(`${asked}.`));
}

/** What is worst comes first at the lightbulb. */
function byGravity(one: Diagnostic, other: Diagnostic): number {
  return SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity);
}
