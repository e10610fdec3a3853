import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeActionRequest,
  CodeActionResolveRequest,
  type Connection,
  MessageType,
  ShowMessageNotification,
  type ShowMessageParams,
} from 'vscode-languageserver';
import { titleWithGain } from '../core/analysis/sizes/evidence';
import { type FileChange, type Finding, type Fix, type Offer, SEVERITIES } from '../core/finding';
import { type Fixed, fixAll } from '../core/fix-all';
import { ignoreHere } from '../core/ignore-here';
import { type ConversionOffers, conversionSteps, type Diagnostic } from '../core/lint';
import type { Context } from '../core/rule';
import { minimalEdits } from '../core/text/diff';
import { plainMessage } from '../core/text/plain-message';
import { type Span, touches } from '../core/text/span';
import { visible } from '../core/text/visible';
import { inSlices } from '../host/turns';
import {
  answering,
  checkRange,
  contentModified,
  documentUri,
  fieldOf,
  type GoOn,
  invalid,
  type Surprises,
} from './answering';
import { toLspDiagnostic, toSpan } from './convert';
import type { Diagnostics } from './diagnostics';
import type { Documents, OpenFile } from './documents';
import type { Findings } from './findings';
import type { Settings } from './settings';
import type { EditOutcome, WorkspaceEdits } from './workspace-edits';
import type { Workspaces } from './workspaces';

/** The kind of the action that makes all safe fixes on save. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.plimsoll`;
/** The kind of the actions that rewrite a whole file. */
export const CONVERT = `${CodeActionKind.RefactorRewrite}.plimsoll`;

/** What an action carries until it is chosen and its edits are asked for. */
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
  /** Whether the client shows why an action cannot be picked. */
  disables = false;
  /** Whether the client shows the page of a rule by the command `plimsoll.openRule`. */
  opensRules = false;

  constructor(
    private readonly connection: Connection,
    private readonly services: ActionServices,
    private readonly edits: WorkspaceEdits,
  ) {
    const actions = (params: CodeActionParams, goOn: GoOn) => this.actions(params, goOn);
    const resolve = (action: CodeAction, goOn: GoOn) => this.resolve(action, goOn);
    const { surprises } = services;
    connection.onRequest(CodeActionRequest.type, answering('textDocument/codeAction', surprises, actions));
    connection.onRequest(CodeActionResolveRequest.type, answering('codeAction/resolve', surprises, resolve));
  }

  private async actions(params: CodeActionParams, goOn: GoOn): Promise<CodeAction[]> {
    const { documents, workspaces, findings } = this.services;
    const uri = documentUri(params);
    const { range, context } = params;
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
      ? found.findings.flatMap(finding => atPlace(finding, at)).sort(byGravity)
      : [];
    const offered = wanted(CONVERT) || here.some(it => it.conversions) ? await this.offers(open, goOn) : [];
    const fixes = await Promise.all(here.map(finding => this.fixesOf(finding, open)));
    const others = await Promise.all(here.map(finding => this.aboutRule(finding, open)));
    goOn();
    const actions = [
      ...fixes.flat(),
      ...this.conversionsAt(open, offered, at, here),
      ...others.flat(),
      ...(only && wanted(FIX_ALL) ? [this.fixAllAction(open.uri)] : []),
    ];
    const asked = actions.filter(({ kind }) => kind === undefined || wanted(kind));
    return this.resolves ? asked : Promise.all(asked.map(action => this.resolve(action, goOn)));
  }

  /** A fix that cannot be made is shown with the reason, or not at all. */
  private async fixesOf(finding: Diagnostic, open: OpenFile): Promise<CodeAction[]> {
    const fixes = finding.fixes?.() ?? [];
    const outcomes = await Promise.all(fixes.map(fix => this.fixEdit(fix, finding, open)));
    const preferred = fixes.findIndex(
      (fix, index) => fix.safety === 'safe' && outcomes[index]?.kind === 'edit',
    );
    return fixes.flatMap((fix, index): CodeAction[] => {
      const outcome = outcomes[index];
      if (!outcome || (outcome.kind === 'none' && !this.disables)) return [];
      return [
        {
          title: fix.title,
          kind: CodeActionKind.QuickFix,
          diagnostics: [this.diagnostic(finding, open)],
          isPreferred: index === preferred,
          ...(outcome.kind === 'edit' ? { edit: outcome.edit } : { disabled: { reason: outcome.because } }),
        },
      ];
    });
  }

  private fixEdit(fix: Fix, finding: Finding, open: OpenFile): Promise<EditOutcome> {
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

  private async aboutRule(finding: Diagnostic, open: OpenFile): Promise<CodeAction[]> {
    const id = finding.rule.meta.id;
    const diagnostics = [this.diagnostic(finding, open)];
    const edit = ignoreHere(open.file, finding.at, id);
    const ignore: FileChange = {
      kind: 'edit',
      path: open.file.path,
      edits: [{ ...edit, because: finding.message }],
    };
    const title = `Ignore ${id} here`;
    const outcome = await this.edits.of(open, [ignore], { title, safety: 'safe' });
    return [
      ...(outcome.kind === 'edit'
        ? [{ title, kind: CodeActionKind.QuickFix, diagnostics, edit: outcome.edit }]
        : []),
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

  private offers(open: OpenFile, goOn: GoOn): Promise<ConversionOffers[]> {
    const steps = conversionSteps(open.file, this.services.findings.context(open.uri));
    return inSlices(steps, 'asked', goOn);
  }

  private fixAllAction(uri: string): CodeAction {
    const data: ActionData = { kind: 'fix-all', uri };
    return { title: 'Apply all safe fixes', kind: FIX_ALL, data };
  }

  private async resolve(action: CodeAction, goOn: GoOn): Promise<CodeAction> {
    if (typeof action !== 'object' || action === null) throw invalid('the code action');
    const data = actionData(action);
    if (!data) return action;
    const outcome = await (data.kind === 'convert'
      ? this.conversionEdit(data, goOn)
      : this.fixAllEdit(data.uri, goOn));
    if (outcome?.kind === 'edit') return { ...action, edit: outcome.edit };
    if (outcome) this.tell(`${String(action.title)}: not possible: ${outcome.because}`);
    return action;
  }

  private tell(message: string): void {
    const params: ShowMessageParams = { type: MessageType.Warning, message: plainMessage(message) };
    void this.connection.sendNotification(ShowMessageNotification.type, params);
  }

  /** @throws ResponseError where the document is no longer the one that the conversion was offered for */
  private async conversionEdit(
    data: ActionData & { kind: 'convert' },
    goOn: GoOn,
  ): Promise<EditOutcome | undefined> {
    const open = await this.services.documents.model(data.uri, goOn);
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

  private async fixAllEdit(uri: string, goOn: GoOn): Promise<EditOutcome | undefined> {
    const { enabled, config } = await this.services.settings.of(uri);
    goOn();
    const open = await this.services.documents.model(uri, goOn);
    if (!enabled || !open) return undefined;
    const context = this.services.findings.context(open.uri);
    // Each file that cannot be edited makes another round, without the fixes that touch it.
    const closed = new Set<string>();
    for (;;) {
      const fixed = fixAll(open.file, context, { config }, ['safe'], path => !closed.has(path));
      const changes = changesOf(open, fixed, context);
      const blocked = await this.edits.blockedBy(open, changes);
      goOn();
      if (blocked.length === 0)
        return this.edits.of(open, changes, { title: 'Apply all safe fixes', safety: 'safe' });
      for (const path of blocked) closed.add(path);
    }
  }

  private diagnostic(finding: Diagnostic, open: OpenFile) {
    return toLspDiagnostic(finding, open.uri, open.lines, this.services.diagnostics.style);
  }
}

function changesOf(open: OpenFile, fixed: Fixed, { workspace }: Context): FileChange[] {
  const because = 'all safe fixes';
  const edit = (path: string, before: string, after: string): FileChange => ({
    kind: 'edit',
    path,
    edits: minimalEdits(before, after).map(it => ({ ...it, because })),
  });
  return [
    edit(open.file.path, open.file.text, fixed.text),
    ...fixed.newFiles.map(file => ({ kind: 'create' as const, ...file, because })),
    ...[...fixed.elsewhere].map(([path, text]) => edit(path, workspace.texts.get(path) ?? '', text)),
  ];
}

/** What the client gives back may be any; an action of somebody else has nothing of ours. */
function actionData({ data }: CodeAction): ActionData | undefined {
  const [kind, uri, version, conversion, offer] = ['kind', 'uri', 'version', 'conversion', 'offer'].map(
    name => fieldOf(data, name),
  );
  if (typeof uri !== 'string') return undefined;
  if (kind === 'fix-all') return { kind, uri };
  const isOurs = typeof version === 'number' && typeof conversion === 'string' && typeof offer === 'number';
  return kind === 'convert' && isOurs ? { kind, uri, version, conversion, offer } : undefined;
}

/** The finding where it is; of one that stands for several, those that are there, with its fixes behind their own. */
function atPlace(finding: Diagnostic, at: Span): Diagnostic[] {
  if (touches(finding.at, at)) return [finding];
  const there = (finding.each ?? []).filter(one => touches(one.at, at));
  return there.map(one => ({
    ...one,
    fixes: () => [...(one.fixes?.() ?? []), ...(finding.fixes?.() ?? [])],
  }));
}

/** Kinds form a tree: who asks for `source.fixAll` wants `source.fixAll.plimsoll` too. */
function isWanted(kind: string, only: readonly string[] | undefined): boolean {
  return !only || only.some(asked => kind === asked || kind.startsWith(`${asked}.`));
}

/** What is worst comes first at the lightbulb. */
function byGravity(one: Diagnostic, other: Diagnostic): number {
  return SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity);
}
