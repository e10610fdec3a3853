import { type Edit, remove } from '../text/edit';
import { linesOf } from '../text/lines';
import { type Span, span } from '../text/span';
import type { Dockerfile, Instruction } from './model';

/**
 * Takes one of the parts out of an instruction (a variable of ENV, a source of COPY) with the space around it; the whole
 * instruction where it is the only one. Comments above it stay.
 *
 * @returns undefined where a comment inside the instruction would go too
 */
export function removePart(
  file: Dockerfile,
  instruction: Instruction,
  parts: readonly { readonly span: Span }[],
  part: { readonly span: Span },
): Edit | undefined {
  const index = parts.indexOf(part);
  const before = parts[index - 1];
  const behind = parts[index + 1];
  const at = before
    ? span(before.span.end, part.span.end)
    : behind
      ? span(part.span.start, behind.span.start)
      : linesOf(file.text).wholeLines(instruction.span);
  return file.comments.some(comment => at.start < comment.span.end && comment.span.start < at.end)
    ? undefined
    : remove(at);
}
