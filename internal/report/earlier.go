package report

import (
	"fmt"
	"time"

	"conformance/internal/outcome"
)

// Earlier is a run that was reported before, as far as a later one is compared with it.
type Earlier struct {
	target  string
	started time.Time
	verdict outcome.Verdict
	results []outcome.Result
}

// LoadEarlier reads a JSON report that --report json=FILE wrote. Its errors are those of ReadRun.
func LoadEarlier(path string) (*Earlier, error) {
	run, err := ReadRun(path)
	if err != nil {
		return nil, fmt.Errorf("earlier report %w", err)
	}
	return &Earlier{run.Target, run.Started, run.Verdict, run.Results}, nil
}
