// BuildKit's own linter over many Dockerfiles: a JSON array of texts on standard input, a JSON array of what it says on
// standard output, in the same order. No image is asked of a registry: every base image is there and empty.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

type warning struct {
	Rule string `json:"rule"`
	// One-based.
	Line    int    `json:"line"`
	Message string `json:"message"`
}

type verdict struct {
	Warnings []warning `json:"warnings"`
	// Why BuildKit does not build it; left out where nothing keeps it from that.
	Error string `json:"error,omitempty"`
}

type emptyImages struct{}

func (emptyImages) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config, err := json.Marshal(ocispecs.Image{Platform: ocispecs.Platform{Architecture: "amd64", OS: "linux"}})
	return ref, digest.FromBytes(config), config, err
}

func verdictOf(text string) (result verdict) {
	result.Warnings = []warning{}
	defer func() {
		if fault := recover(); fault != nil {
			result.Error = fmt.Sprintf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	platform := ocispecs.Platform{Architecture: "amd64", OS: "linux"}
	options := dockerfile2llb.ConvertOpt{
		MetaResolver:   emptyImages{},
		TargetPlatform: &platform,
		AllStages:      true,
		Warn: func(rule, _, _, message string, location []parser.Range) {
			line := 0
			if len(location) > 0 {
				line = location[0].Start.Line
			}
			result.Warnings = append(result.Warnings, warning{rule, line, message})
		},
	}
	options.BuildPlatforms = []ocispecs.Platform{platform}
	if _, err := dockerfile2llb.Dockerfile2LLB(context.Background(), []byte(text), options); err != nil {
		result.Error = err.Error()
	}
	return result
}

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	verdicts := make([]verdict, len(texts))
	for index, text := range texts {
		verdicts[index] = verdictOf(text)
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}
