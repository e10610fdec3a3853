import { findingsOfKind } from '../../analysis/problems/problem-findings';
import { sharedRule } from '../../rule';

const TOO_DEEP = `x-nested: ${'['.repeat(101)}${']'.repeat(101)}\n`;

export const partlyChecked = sharedRule({
  meta: {
    id: 'partly-checked',
    category: 'correctness',
    severity: 'warning',
    since: '0.2.0',
    fix: 'none',
    summary: 'The file, or a part of it, is not checked',
    why: `Every file is read within limits of size, depth and time, so that no file can stop an editor or a pipeline. Files that
people write stay far below them. Where one is met, this finding says which, and what was not looked at: that nothing
else is reported does not mean that nothing else is wrong. Plimsoll changes no such file.`,
  },
  examples: [
    { title: 'Nested too deep', path: 'compose.yaml', before: `«${TOO_DEEP}»` },
    {
      title: 'Within all limits',
      path: 'compose.yaml',
      before: 'services:\n  web:\n    image: nginx:1.29\n',
    },
  ],
  checks: findingsOfKind('limit'),
});
