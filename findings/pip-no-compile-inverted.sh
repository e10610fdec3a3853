#!/usr/bin/env bash
# pip 26.3 (PyPI): the variable of the option --no-compile means the opposite of its name.
#
# Expected: PIP_NO_COMPILE=1 is --no-compile, and PIP_NO_COMPILE=0 changes nothing.
# Seen:     with 1 pip compiles as ever, with 0 it compiles nothing. An image that sets ENV PIP_NO_COMPILE=1 to save the
#           bytecode keeps all of it; PIP_COMPILE=0 is what saves it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip --quiet --disable-pip-version-check install pip==26.3
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_QUIET=1

compiled() {
  local target
  target=$(mktemp -d -p "$folder")
  env "$@" venv/bin/pip install --no-deps --target "$target" six==1.17.0
  [ -n "$(find "$target" -name '*.pyc')" ] && echo compiled || echo not compiled
}
seen="nothing: $(compiled A=1)
PIP_NO_COMPILE=1: $(compiled PIP_NO_COMPILE=1)
PIP_NO_COMPILE=0: $(compiled PIP_NO_COMPILE=0)
PIP_COMPILE=0: $(compiled PIP_COMPILE=0)"
printf '%s\n' "$seen"
[ "$seen" = 'nothing: compiled
PIP_NO_COMPILE=1: compiled
PIP_NO_COMPILE=0: not compiled
PIP_COMPILE=0: not compiled' ]
