#!/bin/sh
# the slow way, but it always works
docker-compose build --no-cache
docker-compose up -d
