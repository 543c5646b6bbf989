package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/cassettes"
	"conformance/internal/outcome"
)

// recordedLine is the one line of a session that is not the same in the next recording.
var recordedLine = regexp.MustCompile(`(?m)^recorded: .*\n`)

// readSession reads the files of a session, without the time of the recording.
func readSession(t *testing.T, files fs.FS) map[string]string {
	t.Helper()
	session := map[string]string{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		session[name] = recordedLine.ReplaceAllString(string(text), "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// TestShippedSessionIsFresh records the reference again and compares, to the byte.
func TestShippedSessionIsFresh(t *testing.T) {
	dir := t.TempDir()
	if r := conformance(t, dir, nil, "run", "--record", "again"); r.code != outcome.ExitConformant {
		t.Fatalf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	shipped, err := fs.Sub(cassettes.Reference, "reference")
	if err != nil {
		t.Fatal(err)
	}
	again := readSession(t, os.DirFS(filepath.Join(dir, "again")))
	if difference := cmp.Diff(readSession(t, shipped), again); difference != "" {
		t.Errorf("cassettes/reference is stale; record it again with\n  go run ./cmd/conformance run --record cassettes/reference\n(-shipped +recorded)\n%.4000s", difference)
	}
	if len(again) != len(outcome.Statuses)+1 {
		t.Errorf("the session has %d files; expected one a status path, and a manifest", len(again))
	}
}

// figures is the line of the kill matrix that says it all.
var figures = regexp.MustCompile(`\d+ of \d+ faults caught .*proven`)

// TestKillMatrixIsFresh runs the self-test and compares what it finds with the page that is
// kept. It builds the command without the race detector, which the other tests run with: the
// self-test is hundreds of runs.
func TestKillMatrixIsFresh(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "conformance")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build the command: %v\n%s", err, output)
	}
	page := filepath.Join(dir, "kill-matrix.md")
	output, err := exec.CommandContext(t.Context(), program, "selftest", "--report", "markdown="+page).CombinedOutput()
	if err != nil {
		lines := bytes.Split(bytes.TrimSpace(output), []byte("\n"))
		t.Fatalf("the self-test: %v\n%s", err, bytes.Join(lines[max(0, len(lines)-20):], []byte("\n")))
	}
	want, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../suites/kill-matrix.md")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if summary := figures.FindString(string(want)); summary == "" || !strings.Contains(string(readme), summary) {
		t.Errorf("the README does not say %q", summary)
	}
	if difference := cmp.Diff(string(got), string(want)); difference != "" {
		t.Errorf("suites/kill-matrix.md is stale; write it again with\n  go run ./cmd/conformance selftest --report markdown=suites/kill-matrix.md\n(-kept +found)\n%.4000s", difference)
	}
}
