#!/usr/bin/env bash
# BuildKit 0.34.2 (Go module github.com/moby/buildkit): flags are read byte by byte.
#
# Expected: COPY --from=bücher has the flag --from=bücher, and a no-break space in a value is part of it.
# Seen:     each byte becomes a letter of its own, so that no stage and no path with a letter beyond ASCII is ever found.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"

cat >go.mod <<'MOD'
module probe

go 1.25

require github.com/moby/buildkit v0.34.2
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

func main() {
	result, err := parser.Parse(strings.NewReader("FROM alpine:3.20\nCOPY --from=bücher a b\n"))
	fmt.Println(result.AST.Children[1].Flags, err)
}
GO
go mod tidy >/dev/null 2>&1
seen=$(go run .)
printf '%s\n' "$seen"
[ "$seen" = '[--from=bÃ¼cher] <nil>' ]
