import { linesOf } from '../text/lines';
import { type Span, span } from '../text/span';
import type { Dockerfile, Instruction } from './model';

/**
 * The whole lines of an instruction and of the comment lines right above it, which go with it wherever it goes.
 * Parser directives are no comments.
 */
export function blockOf(file: Dockerfile, instruction: Instruction): Span {
  const lines = linesOf(file.text);
  const whole = lines.wholeLines(instruction.span);
  const commented = new Set(
    file.comments.filter(it => !it.inInstruction).map(it => lines.lineOf(it.span.start)),
  );
  for (const directive of file.directives) commented.delete(lines.lineOf(directive.span.start));
  let first = lines.lineOf(whole.start);
  while (first > 0 && commented.has(first - 1)) first--;
  return span(lines.startOf(first), whole.end);
}
