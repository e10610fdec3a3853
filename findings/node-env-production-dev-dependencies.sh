#!/usr/bin/env bash
# npm 11.19.1, yarn 1.22.22, @yarnpkg/cli-dist 4.18.1 and pnpm 10.34.8 (npm): NODE_ENV=production does not mean the same
# to the four of them.
#
# Expected: with ENV NODE_ENV=production in an image, an install leaves the development dependencies out.
# Seen:     npm and Yarn 1 leave them out, pnpm 10 and Yarn 4 install them: only an option keeps them out of the image.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm install --silent --no-fund --no-audit --prefix tools npm@11.19.1 yarn@1.22.22 @yarnpkg/cli-dist@4.18.1 pnpm@10.34.8
tools="$folder/tools/node_modules"

installs() {
  local name=$1 project="$folder/project-$1"
  shift
  mkdir "$project"
  printf '{"name":"x","version":"1.0.0","dependencies":{"is-number":"7.0.0"},"devDependencies":{"is-odd":"3.0.1"}}' \
    >"$project/package.json"
  touch "$project/yarn.lock"
  [ "$name" = yarn-4 ] || rm "$project/yarn.lock"
  (cd "$project" && NODE_ENV=production YARN_NODE_LINKER=node-modules YARN_ENABLE_IMMUTABLE_INSTALLS=false \
    YARN_ENABLE_TELEMETRY=0 CI= "$@" >log 2>&1) || { cat "$project/log"; return 1; }
  [ -e "$project/node_modules/is-number" ] || { echo "$name: nothing was installed"; return 1; }
  [ -e "$project/node_modules/is-odd" ] && echo "$name: installed" || echo "$name: left out"
}
seen=$(
  installs npm node "$tools/npm/bin/npm-cli.js" install --no-fund --no-audit
  installs yarn-1 node "$tools/yarn/bin/yarn.js" install
  installs yarn-4 node "$tools/@yarnpkg/cli-dist/bin/yarn.js" install
  installs pnpm node "$tools/pnpm/bin/pnpm.cjs" install
)
printf '%s\n' "$seen"
[ "$seen" = 'npm: left out
yarn-1: left out
yarn-4: installed
pnpm: installed' ]
