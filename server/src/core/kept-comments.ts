import type { Dockerfile, Instruction } from './dockerfile/model';
import { isPragma } from './dockerfile/pragmas';
import type { Fix } from './finding';
import type { SourceFile } from './rule';
import type { Edit } from './text/edit';
import { firstFrom } from './text/in-order';
import { oncePer } from './text/once-per';
import type { Span } from './text/span';

/**
 * True where a fix leaves every comment in the file, or takes it along, and every pragma right above the instruction
 * that it speaks of.
 */
export function keepsComments({ edits, newFiles = [], elsewhere = [] }: Fix, file: SourceFile): boolean {
  const written = [
    ...edits.map(it => it.newText),
    ...newFiles.map(it => it.text),
    ...elsewhere.flatMap(it => it.edits.map(edit => edit.newText)),
  ];
  const isKept = (at: Span) => {
    const text = file.text.slice(at.start, at.end).trim();
    return written.some(it => it.includes(text));
  };
  const lost = commentSpans(file).filter(at => edits.some(edit => touches(edit, at)));
  return lost.every(isKept) && (file.language !== 'dockerfile' || keepsPragmas(edits, file));
}

/** Those of the file, and those of the shell. */
const commentSpans = oncePer((file: SourceFile): readonly Span[] => {
  const own = file.comments.map(it => it.span);
  if (file.language !== 'dockerfile') return own;
  return [...own, ...file.instructions.flatMap(it => ('script' in it ? (it.script.comments ?? []) : []))];
});

function touches({ span: edit }: Edit, at: Span): boolean {
  return edit.start < at.end && at.start < edit.end;
}

interface Ordered {
  readonly pragma: Span;
  /** The instruction that it speaks of. */
  readonly next: Instruction;
}

const ordered = oncePer((file: Dockerfile): readonly Ordered[] =>
  file.comments.flatMap(comment => {
    if (comment.inInstruction || !isPragma(comment)) return [];
    const next = file.instructions[firstFrom(file.instructions, comment.span.end)];
    return next ? [{ pragma: comment.span, next }] : [];
  }),
);

function keepsPragmas(edits: readonly Edit[], file: Dockerfile): boolean {
  return ordered(file).every(it => edits.every(edit => leavesTogether(edit, it)));
}

/** An edit may take both along, or change the instruction behind its keyword. */
function leavesTogether({ span: at, newText }: Edit, { pragma, next }: Ordered): boolean {
  if (at.end <= pragma.start || at.start >= next.keyword.span.end) return true;
  if (at.start <= pragma.start) return at.end >= next.span.end;
  return at.start === next.span.start && newText.startsWith(next.keyword.text);
}
