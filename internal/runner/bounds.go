package runner

import (
	"context"
	"fmt"
	"time"

	"conformance/internal/outcome"
	"conformance/internal/target"
	"conformance/suites"
)

// DefaultRunTimeout is the longest that a run takes unless it is told otherwise.
const DefaultRunTimeout = 30 * time.Minute

// bounded is a context that ends at the latest when the run's time is up. Its cause says why it
// ended, so that neither an interruption nor the deadline is held against the target.
func bounded(ctx context.Context, timeout time.Duration) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	if timeout > 0 {
		timeUp := target.Ended(fmt.Sprintf("the run's time was up (--timeout %s)", timeout))
		timer := time.AfterFunc(timeout, func() { cancel(timeUp) })
		context.AfterFunc(ctx, func() { timer.Stop() })
	}
	return ctx, cancel
}

// firstFailure is why a run with --fail-fast ends.
const firstFailure target.Ended = "--fail-fast ended the run at its first failure"

// failFast ends the run at the first failure that counts: of a requirement that the filter
// selects and the baseline does not excuse.
func failFast(options Options, baseline *outcome.Baseline, cancel context.CancelCauseFunc) (func(path, requirement string), error) {
	specs, err := suites.Select(options.Filter)
	if err != nil {
		return nil, err
	}
	type place struct{ path, requirement string }
	selected := map[place]bool{}
	for _, spec := range specs {
		selected[place{spec.Path, spec.Requirement.ID}] = true
	}
	return func(path, requirement string) {
		if selected[place{path, requirement}] && !baseline.Excuses(requirement, options.Now()) {
			cancel(firstFailure)
		}
	}, nil
}
