import { problemFindings } from '../../analysis/problems/problem-findings';
import { dockerfileRule } from '../../rule';

export const unknownInstruction = dockerfileRule({
  meta: {
    id: 'unknown-instruction',
    category: 'correctness',
    severity: 'error',
    since: '0.3.0',
    fix: 'none',
    summary: 'A Dockerfile instruction does not exist',
  },
  check: file => problemFindings(file, 'unknown-instruction'),
});
