#!/usr/bin/env bash
# dockerfile-parse 2.0.1 (PyPI): a base image with a default for its variable gets a name that no image has, and a FROM
# inside a heredoc is a base image.
#
# Expected: FROM alpine:${V:-3.20} stands on alpine:3.20; the body of a heredoc is data.
# Seen:     the base image is "alpine::-3.20}", and a heredoc that writes a Dockerfile adds its FROM to the parents.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/pip --quiet --disable-pip-version-check install dockerfile-parse==2.0.1

cat >probe.py <<'PY'
import io
from dockerfile_parse import DockerfileParser

def parents(text):
    parser = DockerfileParser(fileobj=io.BytesIO())
    parser.content = text
    return parser.parent_images

print(parents('ARG V\nFROM alpine:${V:-3.20}\n'))
print(parents('FROM alpine:3.20\nCOPY <<EOF /Dockerfile\nFROM other:1\nEOF\n'))
PY
seen=$(tools/bin/python probe.py)
printf '%s\n' "$seen"
[ "$seen" = "['alpine::-3.20}']
['alpine:3.20', 'other:1']" ]
