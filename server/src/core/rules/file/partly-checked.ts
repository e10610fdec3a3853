import { findingsOfKind } from '../../analysis/problems/problem-findings';
import { sharedRule } from '../../rule';

export const partlyChecked = sharedRule({
  meta: {
    id: 'partly-checked',
    category: 'correctness',
    severity: 'warning',
    since: '0.3.0',
    fix: 'none',
    summary: 'The file, or a part of it, is not checked',
  },
  checks: findingsOfKind('limit'),
});
