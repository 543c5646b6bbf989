package main

import (
	_ "embed"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// mutant is one small change to the package.
type mutant struct {
	// number tells the test binary which mutant is alive; from 1.
	number int
	// name tells the mutant from all others, and stays when lines are moved about.
	name string
	path string
	line int
}

func (m mutant) String() string { return fmt.Sprintf("%s:%d  %s", m.path, m.line, m.name) }

//go:embed equivalent.yaml
var equivalentFile []byte

// readEquivalents reads the mutants that nobody can tell from the original, and the reasons. An
// entry that names no mutant is an error: the code that it spoke of has changed.
func readEquivalents(file []byte, mutants []mutant) (map[string]string, error) {
	var entries []struct {
		Mutant string `yaml:"mutant"`
		Reason string `yaml:"reason"`
	}
	if err := yaml.Unmarshal(file, &entries); err != nil {
		return nil, fmt.Errorf("equivalent.yaml: %w", err)
	}
	exist := map[string]bool{}
	for _, m := range mutants {
		exist[m.name] = true
	}
	reasons := map[string]string{}
	for _, entry := range entries {
		switch {
		case entry.Reason == "":
			return nil, fmt.Errorf("equivalent.yaml: %s: no reason", entry.Mutant)
		case !exist[entry.Mutant]:
			return nil, fmt.Errorf("equivalent.yaml: %s: there is no such mutant; remove the entry", entry.Mutant)
		}
		reasons[entry.Mutant] = entry.Reason
	}
	return reasons, nil
}

// oneLine is a text on one line, for a name.
func oneLine(text string) string {
	if text = strings.Join(strings.Fields(text), " "); text != "" {
		return text
	}
	return "(nothing)"
}

// essence is what differs in two texts, with a little of what they share around it.
func essence(before, after string) (string, string) {
	const around, long = 20, 60
	if len(before) <= long && len(after) <= long {
		return before, after
	}
	shortest := min(len(before), len(after))
	begin := 0
	for begin < shortest && before[begin] == after[begin] {
		begin++
	}
	end := 0
	for end < shortest-begin && before[len(before)-1-end] == after[len(after)-1-end] {
		end++
	}
	cut := func(text string) string {
		from, to := max(0, begin-around), min(len(text), len(text)-end+around)
		short := text[from:to]
		if from > 0 {
			short = "…" + short
		}
		if to < len(text) {
			short += "…"
		}
		if len(short) > 2*long {
			short = short[:2*long] + "…"
		}
		return strings.ToValidUTF8(short, "")
	}
	return cut(before), cut(after)
}
