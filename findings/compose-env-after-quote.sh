#!/usr/bin/env bash
# compose-go 2.16.2 (what Docker Compose reads `.env` with): what stands behind a closing quote is dropped in silence.
#
# Expected: an error, as for a quote that is never closed, or the shell's reading, where "a"b is ab.
# Seen:     A="x"y is x; A=x\ with y on the next line is x\ and y is taken for a variable of the environment; =x is a
#           variable whose name is empty. None of them is an error or a warning.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"

cat >go.mod <<'MOD'
module probe

go 1.24

require github.com/compose-spec/compose-go/v2 v2.16.2
MOD
cat >main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/compose-spec/compose-go/v2/dotenv"
)

func main() {
	for _, text := range []string{"A=\"x\"y\n", "A=x\\\ny\n", "=x\n", "A=\"x\n"} {
		variables, err := dotenv.ParseWithLookup(strings.NewReader(text), func(string) (string, bool) { return "", false })
		values, _ := json.Marshal(variables)
		fmt.Printf("%s %t\n", values, err != nil)
	}
}
GO
go mod tidy >/dev/null 2>&1
seen=$(go run .)
printf '%s\n' "$seen"
[ "$seen" = '{"A":"x"} false
{"A":"x\\"} false
{"":"x"} false
{} true' ]
