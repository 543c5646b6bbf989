package target

import (
	"context"
	"fmt"
	"slices"
	"time"

	"conformance/internal/exchange"
)

// Retryable says whether a request that failed so may be sent again.
func Retryable(failure *exchange.Failure) bool {
	return failure != nil && slices.Contains(retryable, failure.Kind)
}

// retryable are the failures of the way to the target and back. What a target does to an answer
// that it gives, such as a status line that is none, is judged and not tried again.
var retryable = []exchange.FailureKind{
	exchange.Refused, exchange.Reset, exchange.UnknownHost, exchange.Timeout, exchange.TimeoutInBody,
	exchange.Truncated, exchange.UnknownFailure, exchange.Local,
}

// RetryPause is the wait before the first retry of a request; before each further one it is as
// much longer.
const RetryPause = 250 * time.Millisecond

// send sends a request at the driver's pace, and again for as long as it fails on its way and
// may be retried. It adds every try to the trial, and counts them in stimulus.Attempt. It is
// false when the run ended meanwhile: an exchange that broke off for that says nothing of the
// target.
func (d *Driver) send(ctx context.Context, stimulus *Stimulus, trial *Trial) bool {
	for retries := 0; ; retries++ {
		if d.options.Pace.Wait(ctx, d.options.Clock) != nil {
			return false
		}
		e := d.options.Sender.Send(ctx, *stimulus)
		if brokenOff(e) {
			return false
		}
		trial.Exchanges = append(trial.Exchanges, e)
		if retries == d.options.Retries || !Retryable(e.Failure) {
			return true
		}
		if d.options.Clock.Sleep(ctx, time.Duration(retries+1)*RetryPause) != nil {
			return true
		}
		trial.retried = append(trial.retried, len(trial.Exchanges)-1)
		trial.Notes = append(trial.Notes, fmt.Sprintf("case %s: sent again (--retries %d) after attempt %d: %s",
			trial.Case.Name, d.options.Retries, stimulus.Attempt, e.Failure.Message))
		stimulus.Attempt++
	}
}

// Retried says whether another exchange of the trial took the place of the one with this index:
// that failed on its way, and is not held against the target.
func (t Trial) Retried(index int) bool { return slices.Contains(t.retried, index) }

func brokenOff(e exchange.Exchange) bool {
	return e.Failure != nil && e.Failure.Kind == exchange.Interrupted
}
