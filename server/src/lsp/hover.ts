import type { Connection, Hover, HoverParams } from 'vscode-languageserver';
import { HoverRequest, MarkupKind } from 'vscode-languageserver';
import { describeEvidence } from '../core/analysis/sizes/evidence';
import { describeLoad } from '../core/analysis/sizes/package-weight';
import type { Diagnostic } from '../core/lint';
import type { Context, SourceFile } from '../core/rule';
import { pageTexts } from '../core/rules/pages';
import { weighedRequirements } from '../core/rules/python/heavy-dependency/requirement-weight';
import { contains, type Span, span, touches } from '../core/text/span';
import { answering, checkPosition, documentUri, type GoOn, type Surprises } from './answering';
import { toRange } from './convert';
import type { OpenFile } from './documents';
import type { Findings } from './findings';
import { plainMarkdown } from './markdown';

/** Over an instruction or a Compose line with a finding: why it matters, what it rests on, where to read more. */
export function registerHover(connection: Connection, findings: Findings, surprises: Surprises): void {
  const answer = (params: HoverParams, goOn: GoOn) => hover(params, findings, goOn);
  connection.onRequest(HoverRequest.type, answering('textDocument/hover', surprises, answer));
}

async function hover(params: HoverParams, findings: Findings, goOn: GoOn): Promise<Hover | null> {
  const uri = documentUri(params);
  checkPosition(params.position, 'position');
  const answer = await findings.of(uri, { urgency: 'asked', goOn });
  if (!answer) return null;
  const { open } = answer;
  const offset = open.lines.offset(params.position);
  const here = span(offset, offset);
  const around = surroundingsOf(open.file, here);
  const found = answer.findings.filter(it => touches(it.at, here) || (around && contains(around, it.at)));
  const nearest = found.filter(it => touches(it.at, here));
  const shown = nearest.length > 0 ? nearest : found;
  if (shown.length === 0) return weight(open, here, findings.context(open.uri));
  return {
    range: toRange(open.lines, nearest[0]?.at ?? around ?? here),
    contents: { kind: MarkupKind.Markdown, value: shown.map(explain).join('\n\n---\n\n') },
  };
}

/** What the requirement under the cursor puts into the images that install it. */
function weight({ file, lines }: OpenFile, here: Span, context: Context): Hover | null {
  if (file.language !== 'python-manifest') return null;
  const one = weighedRequirements(file, context).find(it => contains(it.requirement.span, here));
  if (!one) return null;
  const { requirement, load } = one;
  const value = `**${plainMarkdown(requirement.name)}** adds ${plainMarkdown(describeLoad(load))} to the image\n\n_${plainMarkdown(describeEvidence(load.evidence))}_`;
  return {
    range: toRange(lines, requirement.nameSpan),
    contents: { kind: MarkupKind.Markdown, value },
  };
}

/** The instruction at a place of a Dockerfile, the requirement at one of a manifest. In a Compose file only the finding's own text speaks. */
function surroundingsOf(file: SourceFile, here: Span): Span | undefined {
  if (file.language === 'compose') return undefined;
  if (file.language === 'python-manifest') return file.requirements.find(it => contains(it.span, here))?.span;
  const instruction = file.instructions.find(it => contains(it.span, here));
  return instruction?.span;
}

function explain({ message, evidence, rule: { meta } }: Diagnostic): string {
  const { why, sources } = pageTexts(meta.id);
  const parts = [`**${plainMarkdown(message)}** · \`${meta.id}\``, why];
  if (evidence) parts.push(`_${plainMarkdown(describeEvidence(evidence))}_`);
  if (sources.length > 0) parts.push(sources.map(source => `[${hostOf(source)}](${source})`).join(' · '));
  return parts.join('\n\n');
}

function hostOf(source: string): string {
  return source.replace(/^https?:\/\//, '').replace(/[/#].*/s, '');
}
