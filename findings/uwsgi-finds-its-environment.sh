#!/usr/bin/env bash
# uWSGI 2.0.31 (PyPI): installed into a virtual environment, it imports from that environment by itself.
#
# Expected: uWSGI embeds Python, so it looks in the Python installation alone unless --virtualenv or VIRTUAL_ENV names the
#           environment, as guides on uWSGI in containers say.
# Seen:     with an empty environment, no option and another working folder it finds the packages next to it. So a final
#           stage that copies the environment and starts its uwsgi needs no further setting.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip --quiet --disable-pip-version-check install uWSGI==2.0.31 six==1.17.0
mkdir elsewhere
printf 'import six\nprint("six from", six.__file__.split("/")[-4:-1], flush=True)\n' > elsewhere/look.py
seen=$(cd elsewhere && env -i PATH=/usr/bin:/bin "$folder/venv/bin/uwsgi" --socket 127.0.0.1:0 --need-app \
  --pyrun look.py --honour-stdin </dev/null 2>&1 | grep -m 1 -E 'six from|No module' || true)
printf '%s\n' "$seen"
case "$seen" in
  "six from ['lib', 'python3."*"', 'site-packages']") ;;
  *) exit 1 ;;
esac
