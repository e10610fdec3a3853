#!/usr/bin/env bash
# BuildKit 0.34.2 (Go module github.com/moby/buildkit): a shift in shell arithmetic opens a heredoc.
#
# Expected: RUN echo $(( 1 << 2 )) prints 4, as in every shell; with $((1<<2)) it does.
# Seen:     with blanks around the operator the build fails with "unterminated heredoc": the parser takes "<<" for the
#           opening and 2 for the delimiter. The same line in a heredoc or a script is fine.
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
	for _, line := range []string{"RUN echo $((1<<2))", "RUN echo $(( 1 << 2 ))"} {
		_, err := parser.Parse(strings.NewReader("FROM alpine:3.20\n" + line + "\nUSER 1\n"))
		fmt.Printf("%s: %v\n", line, err)
	}
}
GO
go mod tidy >/dev/null 2>&1
seen=$(go run .)
printf '%s\n' "$seen"
[ "$seen" = 'RUN echo $((1<<2)): <nil>
RUN echo $(( 1 << 2 )): unterminated heredoc' ]
