import type { Diagnostic } from '../core/lint';
import type { SourceFile } from '../core/rule';
import { type Lines, linesOf } from '../core/text/lines';
import type { Output } from './render';

/** The findings of one file, ready to be written in any format. */
export interface FileReport {
  readonly file: SourceFile;
  readonly lines: Lines;
  readonly diagnostics: readonly Diagnostic[];
}

export function fileReport(file: SourceFile, diagnostics: readonly Diagnostic[]): FileReport {
  return { file, lines: linesOf(file.text), diagnostics };
}

/** Writes the findings of a whole run. */
export type Formatter = (reports: readonly FileReport[]) => Output;
