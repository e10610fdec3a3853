import { applyEdits, type Edit } from '../../text/edit';
import { type Span, span } from '../../text/span';

/**
 * A stretch of a script with some of its words taken out or replaced. A word goes with the white space before it; a
 * line that is left without words goes too, and so does a comment line that stood above nothing but such lines.
 *
 * @param at the stretch, from the first character of a command to its last
 * @param edits of whole words inside the stretch
 * @param continuation what continues a line: a backslash or a backquote
 */
export function withWordEdits(file: string, at: Span, edits: readonly Edit[], continuation: string): string {
  const lines = linesOf(file, at).map(line => editLine(file, line, edits, continuation));
  const kept = withoutOrphanedComments(lines).filter(line => !line.dropped);
  const text = kept.map(line => line.text).join('');
  const lastDropped = lines.at(-1)?.dropped ?? false;
  return lastDropped ? withoutContinuation(text, continuation) : text;
}

interface EditedLine {
  readonly text: string;
  readonly dropped: boolean;
  readonly comment: boolean;
}

function linesOf(file: string, at: Span): Span[] {
  const lines: Span[] = [];
  for (let start = at.start; start < at.end; ) {
    const lineBreak = file.indexOf('\n', start);
    const end = lineBreak === -1 || lineBreak >= at.end ? at.end : lineBreak + 1;
    lines.push(span(start, end));
    start = end;
  }
  return lines;
}

function editLine(file: string, line: Span, edits: readonly Edit[], continuation: string): EditedLine {
  const original = file.slice(line.start, line.end);
  const own = edits.filter(edit => line.start <= edit.span.start && edit.span.start < line.end);
  const comment = original.trimStart().startsWith('#');
  if (own.length === 0) return { text: original, dropped: false, comment };
  const edited = applyEdits(
    original,
    own.map(edit => relative(file, line, edit)),
  );
  // The first word takes the white space before it along, which is the line's indent.
  const indent = /^[ \t]*/.exec(original)?.[0] ?? '';
  const text = indent === '' ? edited : indent + edited.trimStart();
  const words = text.trim();
  return { text, dropped: words === '' || words === continuation, comment };
}

function relative(file: string, line: Span, edit: Edit): Edit {
  let start = edit.span.start;
  if (edit.newText === '') while (start > line.start && /[ \t]/.test(file.charAt(start - 1))) start--;
  const end = Math.min(edit.span.end, line.end);
  return { span: span(start - line.start, end - line.start), newText: edit.newText };
}

function withoutOrphanedComments(lines: readonly EditedLine[]): EditedLine[] {
  return lines.map((line, index) => {
    if (!line.comment) return line;
    const next = lines.findIndex((other, at) => at > index && other.comment);
    const group = lines.slice(index + 1, next === -1 ? undefined : next);
    const dropped = group.length > 0 && group.every(other => other.dropped);
    return { ...line, dropped };
  });
}

/** The end of a text whose next line is gone: without the line break and without the mark that promised it. */
function withoutContinuation(text: string, continuation: string): string {
  const trimmed = text.trimEnd();
  return trimmed.endsWith(continuation) ? trimmed.slice(0, -1).trimEnd() : trimmed;
}
