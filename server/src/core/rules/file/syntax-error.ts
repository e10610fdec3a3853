import { findingsOfKind } from '../../analysis/problems/problem-findings';
import { sharedRule } from '../../rule';

export const syntaxError = sharedRule({
  meta: {
    id: 'syntax-error',
    category: 'correctness',
    severity: 'error',
    since: '0.3.0',
    fix: 'none',
    summary: 'The file is refused by the tool that reads it',
  },
  checks: findingsOfKind('syntax'),
});
