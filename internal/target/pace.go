package target

import (
	"context"
	"time"

	"golang.org/x/time/rate"

	"conformance/internal/clock"
)

// Pace limits how fast requests are sent. A nil Pace sets no limit. It is safe for concurrent use.
type Pace struct {
	limiter *rate.Limiter
}

// NewPace allows so many requests in any period of that length, evenly spread: a burst at the
// start of one period and another at its end would be too many for a limit that counts from
// somewhere in between. Fewer than one request count as one.
func NewPace(requests int, per time.Duration) *Pace {
	n := time.Duration(max(1, requests))
	return &Pace{limiter: rate.NewLimiter(rate.Every((per+n-1)/n), 1)}
}

// Wait waits on the clock until the next request may go. It returns the context's error when
// that ends first.
func (p *Pace) Wait(ctx context.Context, c clock.Clock) error {
	if p == nil {
		return ctx.Err()
	}
	now := c.Now()
	return c.Sleep(ctx, p.limiter.ReserveN(now, 1).DelayFrom(now))
}
