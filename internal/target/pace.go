package target

import (
	"context"
	"net/url"
	"time"

	"golang.org/x/time/rate"

	"conformance/internal/clock"
)

// Pace limits how fast requests are sent. A nil Pace sets no limit.
type Pace struct {
	limiter *rate.Limiter
}

// NewPace allows so many requests in any period, and at the start as many at once.
func NewPace(requests int, per time.Duration) *Pace {
	return &Pace{limiter: rate.NewLimiter(rate.Limit(float64(requests)/per.Seconds()), requests)}
}

// Wait waits on the clock until the next request may go. It returns the context's error when
// that ends first.
func (p *Pace) Wait(ctx context.Context, c clock.Clock) error {
	if p == nil {
		return ctx.Err()
	}
	now := c.Now()
	reservation := p.limiter.ReserveN(now, 1)
	return c.Sleep(ctx, reservation.DelayFrom(now))
}

// segment escapes an account id for the path.
func segment(id string) string { return url.PathEscape(id) }
