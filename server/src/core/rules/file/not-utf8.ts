import { findingsOfKind } from '../../analysis/problems/problem-findings';
import { sharedRule } from '../../rule';

export const notUtf8 = sharedRule({
  meta: {
    id: 'not-utf8',
    category: 'correctness',
    severity: 'error',
    since: '0.3.0',
    fix: 'none',
    summary: 'The file is not valid UTF-8',
  },
  checks: findingsOfKind('encoding'),
});
