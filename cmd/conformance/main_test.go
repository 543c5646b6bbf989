package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conformance/internal/outcome"
)

// The tests run the command as its users do: as a process of its own, since Ginkgo allows one
// run a process. The process is this test binary, so that the race detector sees it too.
func TestMain(m *testing.M) {
	if os.Getenv("CONFORMANCE_TEST_MAIN") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// commandDeadline bounds one command. It is no measure of speed.
const commandDeadline = 2 * time.Minute

// ran is what a command left behind.
type ran struct {
	code   int
	stdout string
	stderr string
}

// conformance runs the command in a folder, with further environment variables.
func conformance(t *testing.T, dir string, environment []string, arguments ...string) ran {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), commandDeadline)
	defer cancel()
	command := exec.CommandContext(ctx, os.Args[0], arguments...)
	command.Dir = dir
	command.Env = append([]string{"CONFORMANCE_TEST_MAIN=1", "PATH=" + os.Getenv("PATH"), "GORACE=halt_on_error=1"}, environment...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		t.Fatalf("conformance %s: %v", strings.Join(arguments, " "), err)
	}
	return ran{code: command.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
}

// jsonReport is the part of the JSON report that the tests look at, read by its published names.
type jsonReport struct {
	SchemaVersion int            `json:"schemaVersion"`
	Target        string         `json:"target"`
	Mode          string         `json:"mode"`
	Verdict       string         `json:"verdict"`
	ExitCode      int            `json:"exitCode"`
	Summary       map[string]int `json:"summary"`
	Statuses      map[string]struct {
		Exercised bool `json:"exercised"`
	} `json:"statuses"`
	Results []struct {
		Requirement string `json:"requirement"`
		Case        string `json:"case"`
		Status      string `json:"status"`
		Level       string `json:"level"`
		Outcome     string `json:"outcome"`
		Message     string `json:"message"`
		Pointer     string `json:"pointer"`
		Expected    string `json:"expected"`
		Actual      string `json:"actual"`
		Exchange    int    `json:"exchange"`
	} `json:"results"`
	Exchanges []json.RawMessage `json:"exchanges"`
}

func readReport(t *testing.T, file string) jsonReport {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var report jsonReport
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return report
}

// broken lists the requirements that failed or warned.
func (r jsonReport) broken() map[string]bool {
	all := map[string]bool{}
	for _, result := range r.Results {
		if result.Outcome == string(outcome.Fail) || result.Outcome == string(outcome.Warn) {
			all[result.Requirement] = true
		}
	}
	return all
}

func writeFile(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestComplaintsObeyNobody: the name of a file cannot give orders to a terminal.
func TestComplaintsObeyNobody(t *testing.T) {
	for _, arguments := range [][]string{
		{"verify", "a\x1b[31mb"}, {"run", "--config", "a\x1b[31mb"}, {"config", "check", "a\x1b[31mb"}, {"run", "--a\x1b[31mb"},
		{"merge", "a\x1b[31mb"}, {"diff", "contract", "a\x1b[31mb\u202e"}, {"record", "--target", "http://127.0.0.1:1", "--out", "x", "--listen", "a\x1b[31mb"},
	} {
		r := conformance(t, t.TempDir(), nil, arguments...)
		if r.code != outcome.ExitUsage || strings.ContainsAny(r.stderr, "\x1b\u202e") || !strings.Contains(r.stderr, `a\x1b[31mb`) {
			t.Errorf("%q: exit %d, %q", arguments, r.code, r.stderr)
		}
	}
}
