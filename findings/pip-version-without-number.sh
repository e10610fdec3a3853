#!/usr/bin/env bash
# pip 23.2.1 and 26.3 (PyPI): two releases disagree on which lines of a requirements file are valid.
#
# Expected: a line that one release installs is read by the next.
# Seen:     `six==` is read by 23.2.1 and refused by 26.3; `six_` is refused by 23.2.1 and read by 26.3. An image whose
#           base brings a newer pip stops building without a change of its own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

reads() {
  printf '%s\n' "$2" >requirements.txt
  # Without an index nothing is found, which is another error than a line that cannot be read.
  local said
  said=$("$1/bin/pip" --disable-pip-version-check install --no-index --dry-run -r requirements.txt 2>&1 || true)
  [[ $said == *'Invalid requirement'* ]] && echo refused || echo read
}
for version in 23.2.1 26.3; do
  python3 -m venv "$version"
  "$version/bin/pip" --quiet --disable-pip-version-check install "pip==$version"
done
seen=$(for version in 23.2.1 26.3; do for line in 'six==' 'six_'; do echo "$version $line $(reads "$version" "$line")"; done; done)
printf '%s\n' "$seen"
[ "$seen" = '23.2.1 six== read
23.2.1 six_ refused
26.3 six== refused
26.3 six_ read' ]
