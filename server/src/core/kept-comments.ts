import type { Dockerfile, Instruction } from './dockerfile/model';
import { isPragma } from './dockerfile/pragmas';
import type { Fix } from './finding';
import type { SourceFile } from './rule';
import type { Edit } from './text/edit';
import { firstFrom } from './text/in-order';
import { oncePer } from './text/once-per';
import { type Span, span } from './text/span';

/**
 * True where a fix leaves every comment in the file, or moves it too, and every pragma right above the instruction
 * that it speaks of.
 */
export function keepsComments({ edits, newFiles = [], elsewhere = [] }: Fix, file: SourceFile): boolean {
  const written = [
    ...edits.map(it => it.newText),
    ...newFiles.map(it => it.text),
    ...elsewhere.flatMap(it => it.edits.map(edit => edit.newText)),
  ];
  const isKept = ({ span: at }: Placed) => {
    const text = file.text.slice(at.start, at.end).trim();
    return written.some(it => it.includes(text));
  };
  const lost = edits.flatMap(edit => touched(commentsInOrder(file), edit.span));
  return lost.every(isKept) && (file.language !== 'dockerfile' || keepsPragmas(edits, file));
}

interface Placed {
  readonly span: Span;
}

/** Those of the file, and those of the shell. */
const commentsInOrder = oncePer((file: SourceFile): readonly Placed[] => {
  const ofShell = file.language === 'dockerfile' ? file.instructions.flatMap(shellComments) : [];
  return [...file.comments, ...ofShell].sort((a, b) => a.span.start - b.span.start);
});

function shellComments(instruction: Instruction): readonly Placed[] {
  const comments = 'script' in instruction ? (instruction.script.comments ?? []) : [];
  return comments.map(span => ({ span }));
}

/** The items that an edit changes a part of. @param items in file order; a fix may have an edit for each of thousands */
function touched<Item extends Placed>(items: readonly Item[], edit: Span): Item[] {
  const found: Item[] = [];
  for (let at = firstFrom(items, edit.end) - 1; at >= 0; at--) {
    const item = items[at];
    if (!item || item.span.end <= edit.start) break;
    found.push(item);
  }
  return found;
}

/** A pragma, and the instruction that it speaks of. The span goes from the one to the keyword of the other. */
interface Ordered extends Placed {
  readonly pragma: Span;
  readonly next: Instruction;
}

const ordered = oncePer((file: Dockerfile): readonly Ordered[] =>
  file.comments.flatMap(comment => {
    if (comment.inInstruction || !isPragma(comment)) return [];
    const next = file.instructions[firstFrom(file.instructions, comment.span.end)];
    if (!next) return [];
    return [{ span: span(comment.span.start, next.keyword.span.end), pragma: comment.span, next }];
  }),
);

function keepsPragmas(edits: readonly Edit[], file: Dockerfile): boolean {
  return edits.every(edit => touched(ordered(file), edit.span).every(it => leavesTogether(edit, it)));
}

/** An edit may move both, or change the instruction behind its keyword. */
function leavesTogether({ span: at, newText }: Edit, { pragma, next }: Ordered): boolean {
  if (at.end <= pragma.start || at.start >= next.keyword.span.end) return true;
  if (at.start <= pragma.start) return at.end >= next.span.end;
  return at.start === next.span.start && newText.startsWith(next.keyword.text);
}
