import type { Connection, Hover, HoverParams } from 'vscode-languageserver';
import { MarkupKind } from 'vscode-languageserver';
import { describeEvidence } from '../core/evidence';
import type { Diagnostic } from '../core/lint';
import type { SourceFile } from '../core/rule';
import { contains, type Span, span, touches } from '../core/text/span';
import { toRange } from './convert';
import type { Documents } from './documents';
import type { Findings } from './findings';

/** Over an instruction or a Compose line with a finding: why it matters, what it rests on, where to read more. */
export function registerHover(connection: Connection, documents: Documents, findings: Findings): void {
  connection.onHover(params => hover(params, documents, findings));
}

async function hover(params: HoverParams, documents: Documents, findings: Findings): Promise<Hover | null> {
  const open = documents.model(params.textDocument.uri);
  if (!open) return null;
  const offset = open.lines.offset(params.position);
  const here = span(offset, offset);
  const around = surroundingsOf(open.file, here);
  const found = (await findings.of(open)).filter(
    it => touches(it.at, here) || (around && contains(around, it.at)),
  );
  const nearest = found.filter(it => touches(it.at, here));
  const shown = nearest.length > 0 ? nearest : found;
  if (shown.length === 0) return null;
  return {
    range: toRange(open.lines, nearest[0]?.at ?? around ?? here),
    contents: { kind: MarkupKind.Markdown, value: shown.map(explain).join('\n\n---\n\n') },
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
  const parts = [`**${message}** · \`${meta.id}\``, meta.why];
  if (evidence) parts.push(`_${describeEvidence(evidence)}_`);
  const sources = meta.sources ?? [];
  if (sources.length > 0) parts.push(sources.map(source => `[${hostOf(source)}](${source})`).join(' · '));
  return parts.join('\n\n');
}

function hostOf(source: string): string {
  return source.replace(/^https?:\/\//, '').replace(/[/#].*$/, '');
}
