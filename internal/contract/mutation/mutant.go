package main

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// mutant is one change to one file.
type mutant struct {
	// name tells the mutant from all others, and stays when lines are moved about.
	name string
	path string
	line int
	// source is the whole file with the change.
	source []byte
}

func (m mutant) String() string { return fmt.Sprintf("%s:%d  %s", m.path, m.line, m.name) }

// mutantsOf makes all mutants of the package in a directory, file by file.
func mutantsOf(dir string) ([]mutant, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var all []mutant
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		mutants, err := mutate(path, source)
		if err != nil {
			return nil, err
		}
		all = append(all, mutants...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: nothing to mutate; call this from the root of the module", dir)
	}
	return all, nil
}

//go:embed equivalent.yaml
var equivalentFile []byte

// readEquivalents reads the mutants that nobody can tell from the original, and the reasons. An
// entry that names no mutant is an error: the code it spoke of has changed.
func readEquivalents(mutants []mutant) (map[string]string, error) {
	var entries []struct {
		Mutant string `yaml:"mutant"`
		Reason string `yaml:"reason"`
	}
	if err := yaml.Unmarshal(equivalentFile, &entries); err != nil {
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
