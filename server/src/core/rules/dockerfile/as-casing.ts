import { dockerfileRule } from '../../rule';
import { replace } from '../../text/edit';

export const asCasing = dockerfileRule({
  meta: {
    id: 'as-casing',
    category: 'style',
    severity: 'info',
    since: '0.1.0',
    aliases: ['FromAsCasing'],
    fix: 'safe',
    summary: '`FROM` and its `AS` are written in different cases',
    why: `The engine reads \`FROM python AS builder\` and \`FROM python as builder\` alike, so this costs nothing in the
image. It costs in every build: BuildKit warns of it (\`FromAsCasing\`) each time, and a warning that always stands there
hides the one that matters. Most files write their keywords in upper case, and tutorials that write
\`FROM … as builder\` are where the other form comes from.

The fix gives the \`AS\` the case of its own \`FROM\`. A FROM that is itself in mixed case sets no example, so Plimsoll is
quiet there.`,
    sources: ['https://docs.docker.com/reference/build-checks/from-as-casing/'],
  },
  examples: [
    {
      title: 'A builder stage as many tutorials write it',
      before:
        'FROM python:3.10-slim «as» builder\nWORKDIR /build\nFROM python:3.10-slim\nCOPY --from=builder /build /app\n',
      after:
        'FROM python:3.10-slim AS builder\nWORKDIR /build\nFROM python:3.10-slim\nCOPY --from=builder /build /app\n',
    },
    {
      title: 'A file in lower case keeps its own',
      before: 'from alpine:3.20 «AS» tools\nrun apk add --no-cache git\n',
      after: 'from alpine:3.20 as tools\nrun apk add --no-cache git\n',
    },
    {
      title: 'Both in one case, whichever it is',
      before: 'FROM golang:1.23 AS build\nfrom alpine:3.20 as final\n',
    },
  ],
  *check(file) {
    for (const { from } of file.stages) {
      const wanted = casingOf(from.keyword.text);
      if (!wanted || !from.asKeyword || !from.alias) continue;
      const consistent = wanted === 'upper' ? 'AS' : 'as';
      if (from.asKeyword.text === consistent) continue;
      const at = from.asKeyword.span;
      yield {
        at,
        message: `${from.keyword.text} and ${from.asKeyword.text} are written in different cases, and every build warns of it`,
        fixes: () => [{ title: `Write ${consistent}`, safety: 'safe', edits: [replace(at, consistent)] }],
      };
    }
  },
});

function casingOf(keyword: string): 'upper' | 'lower' | undefined {
  if (keyword === keyword.toUpperCase()) return 'upper';
  return keyword === keyword.toLowerCase() ? 'lower' : undefined;
}
