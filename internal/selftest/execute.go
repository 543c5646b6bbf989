package selftest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"conformance/internal/outcome"
)

// runDeadline bounds one run of the suite.
const runDeadline = time.Minute

// Execute returns a function that runs the suite against one fault in a process of its own,
// since Ginkgo allows one run a process. Reports go into the folder. The cases are sent one by
// one: some faults depend on the order of the requests.
func Execute(folder, program string) func(ctx context.Context, fault string) (Finding, error) {
	return func(ctx context.Context, fault string) (Finding, error) {
		ctx, cancel := context.WithTimeout(ctx, runDeadline)
		defer cancel()
		file := filepath.Join(folder, fault+".json")
		arguments := []string{"run", "--concurrency", "1", "--fault", fault, "--report", "json=" + file}
		process := exec.CommandContext(ctx, program, arguments...)
		// The runs go side by side, not their parts; and none lives long enough to be tidied up.
		process.Env = append(os.Environ(), "GOMAXPROCS=1", "GOGC=400")
		var complaint bytes.Buffer
		process.Stderr = &complaint
		err := process.Run()
		var exited *exec.ExitError
		if err != nil && !errors.As(err, &exited) {
			return Finding{}, fmt.Errorf("run the suite: %w", err)
		}
		finding, err := readReport(file)
		if errors.Is(err, fs.ErrNotExist) {
			return Finding{}, fmt.Errorf("the run left no report: %s", strings.TrimSpace(complaint.String()))
		}
		if err != nil {
			return Finding{}, fmt.Errorf("read the run's report: %w", err)
		}
		if code := process.ProcessState.ExitCode(); code != finding.ExitCode {
			return Finding{}, fmt.Errorf("the run exited %d and reported %d: %s", code, finding.ExitCode, strings.TrimSpace(complaint.String()))
		}
		return finding, nil
	}
}

// readResults keeps the results that failed or warned, the only ones that count here.
func (f *Finding) readResults(decoder *json.Decoder) error {
	var results []struct {
		Requirement string          `json:"requirement"`
		Outcome     outcome.Outcome `json:"outcome"`
	}
	if err := decoder.Decode(&results); err != nil {
		return err
	}
	for _, result := range results {
		if result.Outcome == outcome.Fail || result.Outcome == outcome.Warn {
			f.Results = append(f.Results, outcome.Result{Requirement: result.Requirement, Outcome: result.Outcome})
		}
	}
	return nil
}

// readReport reads what a run found. It stops behind the results: the exchanges that follow are
// the longer part of the report, and not looked at here.
func readReport(name string) (Finding, error) {
	file, err := os.Open(name)
	if err != nil {
		return Finding{}, err
	}
	defer file.Close()
	var finding Finding
	decoder := json.NewDecoder(file)
	if _, err := decoder.Token(); err != nil {
		return Finding{}, err
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return Finding{}, err
		}
		var into any = &json.RawMessage{}
		switch key {
		case "exitCode":
			into = &finding.ExitCode
		case "verdict":
			into = &finding.Verdict
		case "results":
			return finding, finding.readResults(decoder)
		}
		if err := decoder.Decode(into); err != nil {
			return Finding{}, err
		}
	}
	return Finding{}, errors.New("it has no results")
}
