#!/usr/bin/env bash
# tally 0.45.0 (PyPI: tally-cli): `# check=skip=…` skips nothing when `;error=true` stands beside it.
#
# Expected: BuildKit takes both parts of the directive, in either order; tally knows the directive and its skip alone.
# Seen:     the skipped rule is reported again as soon as the directive has a second part. A file that BuildKit's own
#           checks pass without a word is not clean.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/pip --quiet --disable-pip-version-check install tally-cli==0.45.0

reported() {
  printf '# check=%s\nFROM alpine:3.20\nCMD echo hi\n' "$1" >Dockerfile
  tools/bin/tally lint --no-config --slow-checks off --format json Dockerfile 2>/dev/null | grep -c '"buildkit/JSONArgsRecommended"' || true
}
alone=$(reported 'skip=JSONArgsRecommended')
first=$(reported 'skip=JSONArgsRecommended;error=true')
second=$(reported 'error=true;skip=JSONArgsRecommended')
printf 'skip alone: %s\nskip;error: %s\nerror;skip: %s\n' "$alone" "$first" "$second"
[ "$alone" = 0 ] && [ "$first" = 1 ] && [ "$second" = 1 ]
