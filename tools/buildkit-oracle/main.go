// Says what BuildKit reads of Dockerfiles: one question a line in, one answer a line out, both JSON.
//
//	{"text": "FROM a\n"}                          -> the instructions of a file
//	{"word": "${A:-b}", "env": {}, "escape": "\\"} -> a word with its variables put in
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

type question struct {
	Text   *string           `json:"text"`
	Word   *string           `json:"word"`
	Env    map[string]string `json:"env"`
	Escape string            `json:"escape"`
}

type heredoc struct {
	Name    string `json:"name"`
	Expand  bool   `json:"expand"`
	Chomp   bool   `json:"chomp"`
	Content string `json:"content"`
}

type pair struct {
	Name  string  `json:"name"`
	Value *string `json:"value"`
}

type mount struct {
	Type   string `json:"type"`
	From   string `json:"from"`
	Source string `json:"source"`
	Target string `json:"target"`
	ID     string `json:"id"`
}

type instruction struct {
	Keyword  string    `json:"keyword"`
	Flags    []string  `json:"flags"`
	JSON     bool      `json:"json"`
	Start    int       `json:"start"`
	End      int       `json:"end"`
	Args     []string  `json:"args"`
	Heredocs []heredoc `json:"heredocs"`
	Trigger  *trigger  `json:"trigger,omitempty"`
	// What the instruction is refused for; empty where it is not.
	Refused string `json:"refused,omitempty"`

	Pairs       []pair   `json:"pairs,omitempty"`
	Legacy      bool     `json:"legacy,omitempty"`
	From        string   `json:"from,omitempty"`
	Sources     []string `json:"sources,omitempty"`
	Destination string   `json:"destination,omitempty"`
	Mounts      []mount  `json:"mounts,omitempty"`
	// Undefined where mounts are refused once their variables are known.
	MountsRefused string `json:"mountsRefused,omitempty"`
}

type trigger struct {
	Keyword string   `json:"keyword"`
	Flags   []string `json:"flags"`
	JSON    bool     `json:"json"`
	Args    []string `json:"args"`
}

type stage struct {
	Base string `json:"base"`
	Name string `json:"name"`
}

type answer struct {
	Error        string        `json:"error,omitempty"`
	Escape       string        `json:"escape,omitempty"`
	Instructions []instruction `json:"instructions,omitempty"`
	Stages       []stage       `json:"stages,omitempty"`
	StagesError  string        `json:"stagesError,omitempty"`
	Result       *string       `json:"result,omitempty"`
}

// Without a linter, BuildKit 0.34.2 panics at a comment `# check=…` above an instruction.
var silent = linter.New(&linter.Config{})

type variables map[string]string

func (v variables) Get(name string) (string, bool) {
	value, ok := v[name]
	return value, ok
}

func (v variables) Keys() []string {
	var names []string
	for name := range v {
		names = append(names, name)
	}
	return names
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	answers := json.NewEncoder(out)
	answers.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			break
		}
		var asked question
		if err := json.Unmarshal(line, &asked); err != nil {
			log.Fatalf("%s: %v", line, err)
		}
		if err := answers.Encode(answerTo(asked)); err != nil {
			log.Fatal(err)
		}
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

func answerTo(asked question) answer {
	if asked.Word != nil {
		return expanded(*asked.Word, asked.Env, asked.Escape)
	}
	return read(*asked.Text)
}

func expanded(word string, env map[string]string, escape string) answer {
	token := parser.DefaultEscapeToken
	if escape == "`" {
		token = '`'
	}
	result, _, err := shell.NewLex(token).ProcessWord(word, variables(env))
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Result: &result}
}

func read(text string) answer {
	result, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		return answer{Error: err.Error()}
	}
	found := answer{Escape: string(result.EscapeToken), Instructions: []instruction{}, Stages: []stage{}}
	for _, node := range result.AST.Children {
		found.Instructions = append(found.Instructions, instructionOf(node))
	}
	stages, _, err := instructions.Parse(result.AST, silent)
	if err != nil {
		found.StagesError = err.Error()
	}
	for _, one := range stages {
		found.Stages = append(found.Stages, stage{Base: one.BaseName, Name: one.Name})
	}
	return found
}

func instructionOf(node *parser.Node) instruction {
	one := instruction{
		Keyword: node.Value, Flags: flagsOf(node), JSON: node.Attributes["json"],
		Start: node.StartLine, End: node.EndLine, Args: []string{}, Heredocs: []heredoc{},
	}
	for _, it := range node.Heredocs {
		one.Heredocs = append(one.Heredocs, heredoc{it.Name, it.Expand, it.Chomp, it.Content})
	}
	if strings.EqualFold(node.Value, "onbuild") && node.Next != nil && len(node.Next.Children) > 0 {
		inner := node.Next.Children[0]
		one.Trigger = &trigger{inner.Value, flagsOf(inner), inner.Attributes["json"], argsOf(inner)}
	} else {
		one.Args = argsOf(node)
	}
	typed, err := instructions.ParseInstructionWithLinter(node, silent)
	if err != nil {
		one.Refused = err.Error()
		return one
	}
	fill(&one, typed)
	return one
}

func flagsOf(node *parser.Node) []string {
	if node.Flags == nil {
		return []string{}
	}
	return node.Flags
}

func argsOf(node *parser.Node) []string {
	args := []string{}
	for next := node.Next; next != nil; next = next.Next {
		args = append(args, next.Value)
	}
	return args
}

func fill(one *instruction, typed any) {
	switch it := typed.(type) {
	case *instructions.EnvCommand:
		one.Pairs, one.Legacy = pairsOf(it.Env)
	case *instructions.LabelCommand:
		one.Pairs, one.Legacy = pairsOf(it.Labels)
	case *instructions.ArgCommand:
		for _, arg := range it.Args {
			one.Pairs = append(one.Pairs, pair{arg.Key, arg.Value})
		}
	case *instructions.CopyCommand:
		one.From, one.Sources, one.Destination = it.From, it.SourcePaths, it.DestPath
	case *instructions.AddCommand:
		one.Sources, one.Destination = it.SourcePaths, it.DestPath
	case *instructions.RunCommand:
		fillMounts(one, it)
	}
}

func pairsOf(written instructions.KeyValuePairs) (pairs []pair, legacy bool) {
	for _, it := range written {
		pairs = append(pairs, pair{it.Key, &it.Value})
		legacy = legacy || it.NoDelim
	}
	return pairs, legacy
}

// Mounts are read to their end only where variables are put in; here each stands for itself.
func fillMounts(one *instruction, run *instructions.RunCommand) {
	if err := run.Expand(func(word string) (string, error) { return word, nil }); err != nil {
		one.MountsRefused = err.Error()
		return
	}
	for _, it := range instructions.GetMounts(run) {
		one.Mounts = append(one.Mounts, mount{string(it.Type), it.From, it.Source, it.Target, it.CacheID})
	}
}
