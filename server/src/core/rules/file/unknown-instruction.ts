import { problemFindings } from '../../analysis/problems/problem-findings';
import { dockerfileRule } from '../../rule';

export const unknownInstruction = dockerfileRule({
  meta: {
    id: 'unknown-instruction',
    category: 'correctness',
    severity: 'error',
    since: '0.2.0',
    fix: 'none',
    summary: 'A Dockerfile instruction does not exist',
    why: `BuildKit stops at an instruction that it does not know, and nothing is built. Where the word is a slip of the
keyboard, the message says which instruction was probably meant. Lower case is fine: \`from\` is \`FROM\`.

A line that should continue the one before it also looks like an instruction: the \`\\\` at the end of the line before is
missing then.

Nothing is said of a file that names another frontend in \`# syntax=\`: it may have instructions of its own.`,
    sources: ['https://docs.docker.com/reference/dockerfile/#overview'],
  },
  examples: [
    { title: 'A slip of the keyboard', before: 'FROM alpine:3.22\n«RUNN» apk add git\n' },
    {
      title: 'A line that was meant to continue the one before it',
      before: 'FROM alpine:3.22\nRUN apk update\n    «&&» apk add git\n',
    },
    { title: 'Lower case is fine', before: 'from alpine:3.22\nrun apk add git\n' },
  ],
  check: file => problemFindings(file, 'unknown-instruction'),
});
