package main

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const example = `package example

import "regexp"

var mark = regexp.MustCompile("^(?:a|b)")

const limit = 3

func Check(list []int, name string) (bool, string) {
	for _, n := range list {
		if n > limit && name != "" {
			return true, "large"
		}
	}
	switch {
	case mark.MatchString(name):
		return true, name
	}
	return false, ""
}
`

// mutated makes the mutants of a source, and the file that holds them all.
func mutated(t *testing.T, source string) ([]mutant, string) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "example.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	l := &loaded{files: files, info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}}}
	config := types.Config{Importer: importer.Default()}
	if l.pkg, err = config.Check("example", files, []*ast.File{file}, l.info); err != nil {
		t.Skip("no export data for the standard library:", err)
	}
	var mutants []mutant
	m := &mutator{path: "example.go", source: []byte(source), files: files, info: l.info, pkg: l.pkg,
		imports: l.imports(file), taken: map[string]int{}, mutants: &mutants}
	m.mutate(file)
	return mutants, string(render([]byte(source), m.sites))
}

func TestPatterns(t *testing.T) {
	for pattern, want := range map[string][]string{
		`^a`:         {`(?:)a`},
		`a|bc|de`:    {`bc|de`, `a|de`, `a|bc`},
		`\bx+`:       {`(?:)x+`, `\bx*`, `\bx`},
		`a?b`:        {`ab`, `(?:)b`},
		`[0-9]{2,3}`: {`[0-9]{1,3}`, `[0-9]{3}`, `[0-9]{2}`, `[0-9]{2,4}`},
	} {
		if _, got := patterns(pattern); !cmp.Equal(want, got) {
			diff := cmp.Diff(want, got)
			t.Errorf("%s (-want +got):\n%s", pattern, diff)
		}
	}
}

func TestRenderKeepsTheLines(t *testing.T) {
	source := "one two\nthree four\n"
	got := string(render([]byte(source), []site{
		{from: 8, to: 18, alternatives: []alternative{{mutant: 3}}},
		{from: 8, to: 13, kind: "int", alternatives: []alternative{{1, "1"}, {2, "2\n+2"}}},
	}))
	want := "one two\nif aliveMutant != 3 { func() int { switch aliveMutant { case 1: return 1; case 2: return 2 +2; }; return three }() four }\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rendered (-want +got):\n%s", diff)
	}
}

func TestMutants(t *testing.T) {
	mutants, rendered := mutated(t, example)
	var names []string
	for _, m := range mutants {
		names = append(names, strings.TrimPrefix(m.name, "example.go "))
	}
	for _, want := range []string{
		`Check: n > limit && name != "" -> true`,
		`Check: n > limit && name != "" -> n > limit || name != ""`,
		`Check: n > limit && name != "" -> name != ""`,
		`Check: n > limit -> n >= limit`,
		`Check: name != "" -> name == ""`,
		`Check: true -> !(true)`,
		`Check: "large" -> "mutant"`,
		`Check: mark.MatchString(name) -> false`,
		`Check: false -> !(false)`,
	} {
		if strings.Count(strings.Join(names, "\n"), want) == 0 {
			t.Errorf("no mutant %s among\n%s", want, strings.Join(names, "\n"))
		}
	}
	if strings.Count(rendered, "\n") != strings.Count(example, "\n") {
		t.Error("the lines were moved")
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "", rendered, 0); err != nil {
		t.Errorf("%v in\n%s", err, rendered)
	}
	seen := map[string]bool{}
	for _, m := range mutants {
		if seen[m.name] {
			t.Errorf("two mutants are called %s", m.name)
		}
		seen[m.name] = true
	}
}

func TestEquivalentsAreChecked(t *testing.T) {
	mutants := []mutant{{name: "a"}}
	for text, want := range map[string]string{
		"- {mutant: a, reason: x}": "", "- {mutant: a}": "no reason", "- {mutant: b, reason: x}": "no such mutant", "{": "equivalent.yaml",
	} {
		_, err := readEquivalents([]byte(text), mutants)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, expected %q", text, err, want)
		}
	}
}

func TestEssence(t *testing.T) {
	long := strings.Repeat("x", 70)
	for _, test := range [][4]string{
		{"a", "b", "a", "b"},
		{long + "a" + long, long + "bc" + long, "…xxxxxxxxxxxxxxxxxxxxaxxxxxxxxxxxxxxxxxxxx…", "…xxxxxxxxxxxxxxxxxxxxbcxxxxxxxxxxxxxxxxxxxx…"},
		{"a" + long, "b" + long, "axxxxxxxxxxxxxxxxxxxx…", "bxxxxxxxxxxxxxxxxxxxx…"},
	} {
		if before, after := essence(test[0], test[1]); before != test[2] || after != test[3] {
			t.Errorf("%s and %s, expected %s and %s", before, after, test[2], test[3])
		}
	}
}
