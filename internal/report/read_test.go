package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/outcome"
)

// TestReadRun: a report that was read and written again is the same to the byte.
func TestReadRun(t *testing.T) {
	hostile := hostileRun(t)
	hostile.Mode = outcome.Replay
	sharded := incompleteRun(t)
	sharded.Shard, sharded.Ended = "1/2", "the run was interrupted"
	for name, run := range map[string]*outcome.Run{
		"conformant": conformantRun(t), "nonconformant": nonconformantRun(t), "incomplete": incompleteRun(t), "hostile": hostile, "sharded": sharded,
	} {
		t.Run(name, func(t *testing.T) {
			var first, second bytes.Buffer
			if err := writeJSON(&first, run); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "r.json")
			if err := os.WriteFile(file, first.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			read, err := ReadRun(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := writeJSON(&second, read); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(first.String(), second.String()); diff != "" {
				t.Errorf("-first +second:\n%s", diff)
			}
		})
	}
}

func TestReadRunRefuses(t *testing.T) {
	dir := t.TempDir()
	for text, says := range map[string]string{
		"":                      "it is empty",
		"{":                     "breaks off at its end",
		"[]":                    "where a report is an object",
		"{}":                    "no schemaVersion",
		`{"schemaVersion":9}`:   "schemaVersion 9",
		`{"schemaVersion":"1"}`: "schemaVersion is a string",
		`{"schemaVersion":1,"results":[{"outcome":"good"}]}`:                  "results[0].outcome",
		`{"schemaVersion":1,"results":[{"outcome":"pass","exchange":1}]}`:     "there are 0 exchanges",
		`{"schemaVersion":1,"exchanges":[{"request":{"body":{"base64":1}}}]}`: "base64 is a number",
	} {
		file := filepath.Join(dir, "r.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadRun(file); err == nil || !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), file) {
			t.Errorf("%s: %v; want %q", text, err, says)
		}
	}
	if _, err := ReadRun(filepath.Join(dir, "none")); err == nil || !strings.Contains(err.Error(), "no such file") || strings.Count(err.Error(), "none") != 1 {
		t.Error(err)
	}
}
