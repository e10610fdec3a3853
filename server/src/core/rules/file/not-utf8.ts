import { findingsOfKind } from '../../analysis/problems/problem-findings';
import { sharedRule } from '../../rule';

export const notUtf8 = sharedRule({
  meta: {
    id: 'not-utf8',
    category: 'correctness',
    severity: 'error',
    since: '0.2.0',
    fix: 'none',
    summary: 'The file is not valid UTF-8',
    why: `BuildKit, Docker Compose and pip read files as UTF-8. A file in UTF-16, as some editors of Windows write it, cannot be
read at all. Stray bytes of another encoding, as in a comment that was written in Latin-1, are passed on as they are or
replaced, and names or values that hold them come out wrong.

Plimsoll changes no such file: writing it would replace the bytes that it cannot read. Save the file as UTF-8.`,
    sources: ['https://docs.docker.com/reference/dockerfile/'],
  },
  examples: [{ title: 'UTF-8', before: '# für alle\nFROM alpine:3.22\n' }],
  checks: findingsOfKind('encoding'),
});
