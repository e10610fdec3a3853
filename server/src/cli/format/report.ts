import type { Fix, Severity } from '../../core/finding';
import type { Diagnostic } from '../../core/lint';
import type { Rule, SourceFile } from '../../core/rule';
import { type LineColumn, Lines } from '../../core/text/lines';
import type { Output } from './render';

/**
 * The findings of one file, ready to be written in any format. Plain data: a run may report on tens of thousands of
 * files, and what a finding's fixes rest on (the model of its file, the facts about it) is a hundred times as much.
 */
export interface FileReport {
  /** POSIX, relative to the root. */
  readonly path: string;
  readonly language: SourceFile['language'];
  readonly findings: readonly ReportedFinding[];
}

/** Lines and characters count from 0, characters in UTF-16. */
export interface ReportedFinding {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly message: string;
  readonly range: { readonly start: LineColumn; readonly end: LineColumn };
  readonly fixes: readonly Pick<Fix, 'title' | 'safety'>[];
  readonly conversions: Diagnostic['conversions'];
  readonly evidence: Diagnostic['evidence'];
}

export function fileReport(file: SourceFile, diagnostics: readonly Diagnostic[]): FileReport {
  const lines = new Lines(file.text);
  const findings = diagnostics.map(({ rule, severity, message, at, fixes, conversions, evidence }) => ({
    rule,
    severity,
    message,
    range: { start: lines.at(at.start), end: lines.at(at.end) },
    fixes: (fixes?.() ?? []).map(({ title, safety }) => ({ title, safety })),
    conversions,
    evidence,
  }));
  return { path: file.path, language: file.language, findings };
}

/** Writes the findings of a whole run. */
export type Formatter = (reports: readonly FileReport[]) => Output;
