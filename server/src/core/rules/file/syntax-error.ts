import { findingsOfKind } from '../../analysis/problems/problem-findings';
import { sharedRule } from '../../rule';

export const syntaxError = sharedRule({
  meta: {
    id: 'syntax-error',
    category: 'correctness',
    severity: 'error',
    since: '0.2.0',
    fix: 'none',
    summary: 'The file is refused by the tool that reads it',
    why: `BuildKit, Docker Compose, pip or a TOML reader stops at this place: nothing is built or started. Each Dockerfile is
read as BuildKit reads it: an instruction with missing or too many arguments, a heredoc that no line closes, a JSON array
that is not made of strings, a flag that does not exist, a file without \`FROM\`.

Plimsoll changes no file that has such an error: neither \`plimsoll fix\` nor a conversion nor a quick-fix, because the
lines around the error may mean something else than they seem to. Other findings of the file are still reported.

A file that names another frontend in \`# syntax=\` is read by that frontend, and nothing is said of its instructions.`,
    sources: [
      'https://docs.docker.com/reference/dockerfile/',
      'https://github.com/compose-spec/compose-spec/blob/main/spec.md',
      'https://toml.io/en/v1.0.0',
      'https://pip.pypa.io/en/stable/reference/requirements-file-format/',
    ],
  },
  examples: [
    {
      title: 'A heredoc that no line closes',
      before: 'FROM alpine:3.22\nRUN «<<EOF»\napk add git\n',
    },
    {
      title: 'A Compose file that is not valid YAML',
      path: 'compose.yaml',
      before: 'services:\n  web:\n    image: nginx:1.29\n    «ports: ["80:80"»\n',
    },
    {
      title: 'A requirement that pip cannot read',
      path: 'requirements.txt',
      before: 'flask==3.1.0\n«requests=2.32.4»\n',
    },
  ],
  checks: findingsOfKind('syntax'),
});
