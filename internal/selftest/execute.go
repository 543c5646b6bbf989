package selftest

import (
	"context"
	"fmt"
	"io"
	"time"

	"conformance/internal/outcome"
	"conformance/internal/runner"
)

// runDeadline bounds one run of the suite.
const runDeadline = time.Minute

// Execute runs the whole suite against the embedded reference with one fault. The cases are sent one
// by one: some faults depend on the order of the requests.
func Execute(ctx context.Context, fault string) (Finding, error) {
	run, err := runner.Judge(ctx, runner.Options{
		Fault: fault, Concurrency: 1, Timeout: runDeadline, Output: io.Discard,
		Environ: func(string) (string, bool) { return "", false }, Now: time.Now,
	})
	if err != nil {
		return Finding{}, fmt.Errorf("run the suite: %w", err)
	}
	if run.Ended != "" {
		return Finding{}, fmt.Errorf("run the suite: %s", run.Ended)
	}
	finding := Finding{ExitCode: run.ExitCode, Verdict: run.Verdict}
	for _, result := range run.Results {
		// The others do not count here.
		if result.Outcome == outcome.Fail || result.Outcome == outcome.Warn {
			finding.Results = append(finding.Results, result)
		}
	}
	return finding, nil
}
