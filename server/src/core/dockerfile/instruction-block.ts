import { type Edit, remove } from '../text/edit';
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

/** The comment lines right above an instruction, with their line ends; empty where there are none. */
export function commentsAbove(file: Dockerfile, instruction: Instruction): string {
  const lines = linesOf(file.text);
  const own = lines.startOf(lines.lineOf(instruction.span.start));
  return file.text.slice(blockOf(file, instruction).start, own);
}

/** Takes an instruction out with the comments above it, and one of two blank lines that would meet. */
export function removeBlock(file: Dockerfile, instruction: Instruction): Edit {
  const lines = linesOf(file.text);
  const block = blockOf(file, instruction);
  const above = lines.lineOf(block.start) - 1;
  const below = lines.lineOf(Math.max(block.start, block.end - 1)) + 1;
  const isBlank = (line: number) => line >= 0 && line < lines.count && lines.textOf(line).trim() === '';
  return remove(isBlank(above) && isBlank(below) ? span(block.start, lines.endOf(below)) : block);
}
