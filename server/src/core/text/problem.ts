import { type Span, span } from './span';

/**
 * Why a part of a file cannot be taken at its word. `syntax`: the builder or engine refuses it. `unknown-instruction`:
 * a Dockerfile instruction that there is not. `limit`: a limit of ours was met, and a part was not looked at.
 * `encoding`: its bytes are no UTF-8, and the text holds replacement characters.
 */
export type ProblemKind = 'syntax' | 'unknown-instruction' | 'limit' | 'encoding';

/** What is wrong with a file before any rule looks at it. A file with a problem is never rewritten. */
export interface Problem {
  /** UTF-16 offsets; inside the text, and empty only where nothing is there. */
  readonly span: Span;
  /** What is wrong and what it costs: one sentence without a full stop, shown as the finding. */
  readonly message: string;
  readonly kind: ProblemKind;
  /** A lower severity than problems of this kind have: here the builder can read it. */
  readonly atMost?: 'warning' | 'info';
}

/** A problem of what is written: the tool that reads the file refuses it. */
export function syntaxProblem(span: Span, message: string): Problem {
  return { span, message, kind: 'syntax' };
}

/** A limit of ours that was met. @param message which limit, and what was not looked at */
export function limitProblem(span: Span, message: string): Problem {
  return { span, message, kind: 'limit' };
}

/** A place to show: where a span holds nothing but white space, as at the end of a file, the line before it. */
export function visibleSpan(text: string, at: Span): Span {
  const start = Math.min(at.start, text.length);
  const end = Math.min(Math.max(at.end, start), text.length);
  if (text.slice(start, end).trim() !== '') return span(start, end);
  const last = text.slice(0, end).trimEnd();
  const line = last.slice(last.lastIndexOf('\n') + 1);
  return span(last.length - line.trimStart().length, last.length);
}
