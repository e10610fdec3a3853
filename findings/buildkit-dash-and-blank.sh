#!/usr/bin/env bash
# BuildKit 0.34.2 (Go module github.com/moby/buildkit): a blank behind <<- makes it no heredoc.
#
# Expected: RUN cat <<- EOF opens a heredoc as RUN cat << EOF does, and as every shell reads it.
# Seen:     with << and a blank there is one, with <<- and a blank there is none: its lines are read as instructions.
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
	for _, arrows := range []string{"<< EOF", "<<- EOF"} {
		result, err := parser.Parse(strings.NewReader("FROM alpine:3.20\nRUN cat " + arrows + "\nhello\nEOF\n"))
		fmt.Println(arrows, len(result.AST.Children), err)
	}
}
GO
go mod tidy >/dev/null 2>&1
seen=$(go run .)
printf '%s\n' "$seen"
[ "$seen" = '<< EOF 2 <nil>
<<- EOF 4 <nil>' ]
