import type { Edit } from './edit';

import { type Span, span } from './span';

/** An edit that says why it is made. */
export interface ExplainedEdit extends Edit {
  /** What this change does and why, for the preview. */
  readonly because: string;
}

/**
 * The edits in file order, such that a preview shows no more than what changes: lines that an edit would write as they
 * are stay outside of it, and what is inserted at one place is one edit with both reasons.
 */
export function tidied(text: string, edits: readonly ExplainedEdit[]): ExplainedEdit[] {
  const result: ExplainedEdit[] = [];
  for (const edit of inOrder(edits.map(one => withoutSharedLines(text, one)))) {
    const before = result.at(-1);
    if (before && isInsertion(before.span) && isInsertion(edit.span) && before.span.start === edit.span.start)
      result[result.length - 1] = together(before, edit);
    else result.push(edit);
  }
  return result;
}

function inOrder(edits: readonly ExplainedEdit[]): ExplainedEdit[] {
  return [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

function isInsertion({ start, end }: Span): boolean {
  return start === end;
}

function together(first: ExplainedEdit, second: ExplainedEdit): ExplainedEdit {
  const because = `${first.because}; ${second.because.charAt(0).toLowerCase()}${second.because.slice(1)}`;
  return { span: first.span, newText: first.newText + second.newText, because };
}

function withoutSharedLines(text: string, edit: ExplainedEdit): ExplainedEdit {
  const old = linesOf(text.slice(edit.span.start, edit.span.end));
  const written = linesOf(edit.newText);
  const most = Math.min(old.length, written.length);
  let first = 0;
  while (first < most && old[first] === written[first]) first++;
  let last = 0;
  while (last < most - first && old.at(-1 - last) === written.at(-1 - last)) last++;
  const start = edit.span.start + lengthOf(old.slice(0, first));
  const end = edit.span.end - lengthOf(old.slice(old.length - last));
  return { ...edit, span: span(start, end), newText: written.slice(first, written.length - last).join('') };
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0);
}
