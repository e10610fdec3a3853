// The only place that knows both spans and positions.
import type { Diagnostic as LspDiagnostic, Range, TextEdit } from 'vscode-languageserver';
import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver';
import type { Severity } from '../core/finding';
import type { Diagnostic } from '../core/lint';
import type { Edit } from '../core/text/edit';
import type { Lines } from '../core/text/lines';
import { type Span, span } from '../core/text/span';

/** A span as the protocol has it: zero-based lines, UTF-16 characters. */
export function toRange(lines: Lines, at: Span): Range {
  return { start: lines.at(at.start), end: lines.at(at.end) };
}

/** A range of the protocol as a span; what lies behind the end of a line or of the file ends there. */
export function toSpan(lines: Lines, range: Range): Span {
  return span(lines.offset(range.start), lines.offset(range.end));
}

/** The edits of one document, in the order given. */
export function toTextEdits(lines: Lines, edits: readonly Edit[]): TextEdit[] {
  return edits.map(edit => ({ range: toRange(lines, edit.span), newText: edit.newText }));
}

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export interface DiagnosticStyle {
  /** Where a rule's page can be opened, with `RULE` for the id; nothing where the client has no such place. */
  readonly rulePage: string | undefined;
}

/** A finding as the protocol says it. @param lines of the document that it was found in */
export function toLspDiagnostic(
  finding: Diagnostic,
  uri: string,
  lines: Lines,
  style: DiagnosticStyle,
): LspDiagnostic {
  const { meta } = finding.rule;
  const result: LspDiagnostic = {
    range: toRange(lines, finding.at),
    message: finding.message,
    severity: SEVERITY[finding.severity],
    source: 'plimsoll',
    code: meta.id,
  };
  if (style.rulePage) result.codeDescription = { href: style.rulePage.replace('RULE', meta.id) };
  if (meta.id.startsWith('obsolete-')) result.tags = [DiagnosticTag.Deprecated];
  if (finding.related?.length) {
    result.relatedInformation = finding.related.map(({ at, message }) => ({
      location: { uri, range: toRange(lines, at) },
      message,
    }));
  }
  return result;
}
