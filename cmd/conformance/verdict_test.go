package main

import (
	"path/filepath"
	"strings"
	"testing"

	"conformance/internal/outcome"
)

// TestAFilterNeverMakesAVerdict: what a filter leaves out could be what is broken. One that leaves
// out what breaks no verdict changes none.
func TestAFilterNeverMakesAVerdict(t *testing.T) {
	for _, test := range []struct {
		name, filter, more string
		code               int
	}{
		{"the failure left out", "!401-expired-token && !401-before-account && !401-before-body", "--fault " + faultForReplay, outcome.ExitNoVerdict},
		{"one requirement left out", "!202-task-id", "", outcome.ExitNoVerdict},
		{"a level that decides left out", "SHOULD", "", outcome.ExitNoVerdict},
		{"a level that decides with --strict left out", "MUST", "--strict", outcome.ExitNoVerdict},
		{"a level that decides nothing left out", "MUST", "", outcome.ExitConformant},
		{"a failure that is selected", "MUST", "--fault " + faultForReplay, outcome.ExitNonconformant},
		{"nothing left out", "MUST || SHOULD", "", outcome.ExitConformant},
		{"a known failure that is not selected", "404", "--baseline baseline.yaml", outcome.ExitNoVerdict},
		{"a known failure that may be on another path", "401", "--baseline anywhere.yaml", outcome.ExitNoVerdict},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			writeFile(t, dir, "baseline.yaml", "401-expired-token: {reason: known}")
			writeFile(t, dir, "anywhere.yaml", "any-json: {reason: known}")
			r := conformance(t, dir, nil, append([]string{"run", "--filter", test.filter}, strings.Fields(test.more)...)...)
			if r.code != test.code {
				t.Errorf("exit %d, expected %d\n%s%s", r.code, test.code, r.stdout, r.stderr)
			}
			if said := strings.Contains(r.stdout, "left out"); said != (test.filter != "MUST || SHOULD") {
				t.Errorf("it says that the filter left something out: %v\n%s", said, r.stdout)
			}
		})
	}
}

// TestFilteredPartsMakeNoVerdict: nor does merging heal it.
func TestFilteredPartsMakeNoVerdict(t *testing.T) {
	dir := t.TempDir()
	parts := []string{"merge"}
	for _, part := range []string{"1/2", "2/2"} {
		file := filepath.Join(dir, part[:1]+".json")
		conformance(t, dir, nil, "run", "--filter", "!202-task-id", "--shard", part, "--report", "json="+file)
		parts = append(parts, file)
	}
	if r := conformance(t, dir, nil, parts...); r.code != outcome.ExitNoVerdict || !strings.Contains(r.stdout, "left out") {
		t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
}

// TestSenselessNumbers: they are refused, and neither obeyed for ever nor taken for another.
func TestSenselessNumbers(t *testing.T) {
	dir := t.TempDir()
	if r := conformance(t, dir, nil, "run", "--record", "session"); r.code != outcome.ExitConformant {
		t.Fatalf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	for _, arguments := range []string{
		"run --concurrency 1000000000", "run --concurrency -1",
		"replay session --target http://127.0.0.1:1 --concurrency 1000000000",
		"replay session --target http://127.0.0.1:1 --speed NaN",
		"run --replay session --max-age -1h",
	} {
		if r := conformance(t, dir, nil, strings.Fields(arguments)...); r.code != outcome.ExitUsage || !strings.Contains(r.stderr, "expected") {
			t.Errorf("%s: exit %d\n%s%s", arguments, r.code, r.stdout, r.stderr)
		}
	}
}
