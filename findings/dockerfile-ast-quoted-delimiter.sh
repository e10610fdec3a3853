#!/usr/bin/env bash
# dockerfile-ast 0.7.1 (npm): a heredoc whose quoted delimiter holds a blank is not seen as one.
#
# Expected: RUN <<"END OF FILE" goes on to the line that says so, as BuildKit's parser (0.34.2) reads it.
# Seen:     the RUN ends with its line, and every line of the body becomes an instruction.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save dockerfile-ast@0.7.1 >/dev/null

cat >probe.js <<'JS'
const { DockerfileParser } = require('dockerfile-ast');
const text = 'FROM alpine:3.20\nRUN <<"END OF FILE"\necho one\nEND OF FILE\nUSER 1\n';
console.log(DockerfileParser.parse(text).getInstructions().map(it => it.getKeyword()).join(' '));
JS
seen=$(node probe.js)
printf '%s\n' "$seen"
[ "$seen" = 'FROM RUN ECHO END USER' ]
