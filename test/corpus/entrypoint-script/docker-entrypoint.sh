#!/bin/sh
set -e
mkdir -p /data/uploads
exec "$@"
