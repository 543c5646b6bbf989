package target

import (
	"context"
	"errors"
)

// Ended is why a run stops before all cases are sent, as the cause of its context
// (context.CancelCauseFunc). Cases that were not sent give it as their reason.
type Ended string

// Error is the reason.
func (e Ended) Error() string { return string(e) }

// Interrupted is why a run ends whose context was cancelled without a cause.
const Interrupted Ended = "the run was interrupted"

// WhyEnded is why a context has ended; empty while it has not.
func WhyEnded(ctx context.Context) Ended {
	if ctx.Err() == nil {
		return ""
	}
	var ended Ended
	if errors.As(context.Cause(ctx), &ended) {
		return ended
	}
	return Interrupted
}
