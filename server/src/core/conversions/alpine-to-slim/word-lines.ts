import { applyEdits, type Edit } from '../../text/edit';
import { type Span, span } from '../../text/span';

/**
 * A command over several lines with some of its words taken out or replaced: a word that goes takes the white space
 * before it along, and a line that is left without words goes too. Comment lines stay.
 *
 * @param at from the first character of the command to its last
 * @param edits of whole words inside the command
 * @param continuation what continues a line: a backslash or a backquote
 * @returns undefined where a comment line would end the command
 */
export function withEditedWords(
  text: string,
  at: Span,
  edits: readonly Edit[],
  continuation: string,
): string | undefined {
  const kept = linesOf(text, at).flatMap(line => editedLine(text, line, edits, continuation) ?? []);
  const last = kept.at(-1) ?? '';
  if (last.trimStart().startsWith('#')) return undefined;
  return withoutContinuation(kept.join(''), continuation);
}

function linesOf(text: string, at: Span): Span[] {
  const lines: Span[] = [];
  for (let start = at.start; start < at.end; ) {
    const lineBreak = text.indexOf('\n', start);
    const end = lineBreak === -1 || lineBreak >= at.end ? at.end : lineBreak + 1;
    lines.push(span(start, end));
    start = end;
  }
  return lines;
}

/** Undefined for a line that goes. */
function editedLine(
  text: string,
  line: Span,
  edits: readonly Edit[],
  continuation: string,
): string | undefined {
  const original = text.slice(line.start, line.end);
  const own = edits.filter(edit => line.start <= edit.span.start && edit.span.start < line.end);
  if (own.length === 0) return original;
  const edited = applyEdits(
    original,
    own.map(edit => withGap(text, line, edit)),
  );
  const words = edited.trim();
  return words === '' || words === continuation ? undefined : edited;
}

/** The edit seen from its line, with the white space before a word that goes. */
function withGap(text: string, line: Span, { span: at, newText }: Edit): Edit {
  let start = at.start;
  if (newText === '') while (start > line.start && /[ \t]/.test(text.charAt(start - 1))) start--;
  return { span: span(start - line.start, Math.min(at.end, line.end) - line.start), newText };
}

/** The end of a text whose next line was removed: without the line break and without the mark that promised it. */
function withoutContinuation(text: string, continuation: string): string {
  const trimmed = text.trimEnd();
  return trimmed.endsWith(continuation) ? trimmed.slice(0, -continuation.length).trimEnd() : trimmed;
}
