import type { Finding } from '../../finding';
import type { SourceFile } from '../../rule';
import type { ProblemKind } from '../../text/problem';

/** What is wrong with a file of any language before a rule looks at it, as findings: the checks of a shared rule. */
export function findingsOfKind(kind: ProblemKind) {
  const check = (file: SourceFile) => problemFindings(file, kind);
  return { dockerfile: check, compose: check, 'python-manifest': check };
}

/** The problems of one kind as findings. */
export function* problemFindings({ problems }: SourceFile, kind: ProblemKind): Iterable<Finding> {
  for (const problem of problems) {
    if (problem.kind !== kind) continue;
    const { span: at, message, atMost } = problem;
    yield { at, message, ...(atMost && { atMost }) };
  }
}
