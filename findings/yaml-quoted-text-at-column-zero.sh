#!/usr/bin/env bash
# yaml 2.9.1 (npm) and go.yaml.in/yaml/v3 3.0.6 (what Docker Compose reads files with): lines of a quoted text that begin
# at the margin are an error for one and plain text for the other.
#
# Expected: YAML 1.2 wants such lines indented (rule s-flow-line-prefix), so both refuse them.
# Seen:     npm's library reports MISSING_CHAR or BAD_INDENT, Go's reads the value. A linter that rests on the first calls
#           a file broken that Compose starts.
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
printf 'services:\n  a:\n    image: b\n    command: "one\ntwo"\n' >compose.yaml

npm install --silent --no-save yaml@2.9.1 >/dev/null
one=$(node -e '
const { parseDocument } = require("yaml");
const text = require("node:fs").readFileSync("compose.yaml", "utf8");
console.log(parseDocument(text).errors.length > 0 ? "refused" : "read");')

cat >go.mod <<'MOD'
module probe

go 1.24

require go.yaml.in/yaml/v3 v3.0.6
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"
)

func main() {
	text, _ := os.ReadFile("compose.yaml")
	var file struct {
		Services map[string]struct{ Command string }
	}
	err := yaml.Unmarshal(text, &file)
	fmt.Printf("%q %v\n", file.Services["a"].Command, err)
}
GO
go mod tidy >/dev/null 2>&1
other=$(go run .)
printf 'npm: %s\nGo: %s\n' "$one" "$other"
[ "$one" = refused ]
[ "$other" = '"one two" <nil>' ]
