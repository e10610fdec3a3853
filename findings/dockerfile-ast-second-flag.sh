#!/usr/bin/env bash
# dockerfile-ast 0.7.1 (npm): COPY.getFromFlag() finds --from only where it is the one flag.
#
# Expected: the stage that a COPY takes its files from, whatever other flags it has.
# Seen:     null as soon as --chown, --chmod or --link stands beside it, before or behind. Whoever draws the graph of
#           stages with it misses the edge, and takes a stage that is needed for one that nobody uses.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save dockerfile-ast@0.7.1 >/dev/null

cat >probe.js <<'JS'
const { DockerfileParser } = require('dockerfile-ast');
for (const flags of ['--from=build', '--chown=1:1 --from=build', '--from=build --chown=1:1', '--link --from=build']) {
  const text = `FROM alpine:3.20 AS build\nFROM alpine:3.20\nCOPY ${flags} /a /b\n`;
  const [copy] = DockerfileParser.parse(text).getCOPYs();
  console.log(`${flags}: ${copy.getFromFlag()?.getValue() ?? null}`);
}
JS
seen=$(node probe.js)
printf '%s\n' "$seen"
[ "$seen" = '--from=build: build
--chown=1:1 --from=build: null
--from=build --chown=1:1: null
--link --from=build: null' ]
