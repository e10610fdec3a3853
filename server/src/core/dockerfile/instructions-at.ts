import type { Span } from '../text/span';
import type { Instruction } from './model';

/** The instructions that a change reaches into, an insertion at the end of one among them. @param instructions in file order */
export function instructionsAt(instructions: readonly Instruction[], { start, end }: Span): Instruction[] {
  let low = 0;
  let high = instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instructions[middle]?.span.end ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  const found: Instruction[] = [];
  for (let at = instructions[low]; at && at.span.start < end; at = instructions[++low]) found.push(at);
  return found;
}
