import { limitProblem, type Problem } from '../text/problem';
import type { Statement } from './buildkit/statements';
import type { Instruction } from './model';

/**
 * Where the model of a file has other instructions than BuildKit, as with an odd heredoc: what rules take for an
 * instruction may be text, and is not to be rewritten. Both are in file order.
 */
export function readOtherwise(
  instructions: readonly Instruction[],
  statements: readonly Statement[],
): Problem | undefined {
  const index = instructions.findIndex((instruction, at) => !isAlike(instruction, statements[at]));
  const other = index === -1 ? statements[instructions.length]?.span : instructions[index]?.keyword.span;
  if (!other) return undefined;
  return limitProblem(other, 'BuildKit may split the file differently from here on: the file is not checked');
}

function isAlike({ span, keyword, args }: Instruction, statement: Statement | undefined): boolean {
  return (
    statement !== undefined &&
    span.start === statement.span.start &&
    keyword.text === statement.keyword &&
    args.text.trim() === statement.rest
  );
}
