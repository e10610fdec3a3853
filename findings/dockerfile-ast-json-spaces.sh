#!/usr/bin/env bash
# dockerfile-ast 0.7.1 (npm): getJSONStrings() loses the blanks inside the strings of an exec form, and takes a Unicode
# escape for its digits.
#
# Expected: the arguments of CMD ["sh", "-c", "exec app --port 80"] are three, the last with its blanks; \u0041 is A.
# Seen:     the last argument is "execapp--port80", and "\u0041" is "0041". Whoever runs or compares such a command
#           gets another one. The range of the node is right: the text has to be read from there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save dockerfile-ast@0.7.1 >/dev/null

cat >probe.js <<'JS'
const { DockerfileParser } = require('dockerfile-ast');
for (const line of ['CMD ["sh", "-c", "exec app --port 80"]', 'CMD ["\\u0041"]']) {
  const [, cmd] = DockerfileParser.parse(`FROM alpine:3.20\n${line}\n`).getInstructions();
  console.log(cmd.getJSONStrings().map(it => it.getJSONValue()).join('|'));
}
JS
seen=$(node probe.js)
printf '%s\n' "$seen"
[ "$seen" = $'sh|-c|execapp--port80\n0041' ]
