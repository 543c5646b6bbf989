package target

import (
	"context"
	"sync"
	"time"

	"conformance/internal/clock"
)

// Pace limits how fast requests are sent. A nil Pace sets no limit. It is safe for concurrent use.
type Pace struct {
	per   time.Duration
	limit int
	mutex sync.Mutex
	// slots are when the last requests may go, as many as the limit; next is the oldest.
	slots []time.Time
	next  int
}

// NewPace allows so many requests in any period of that length, and at the start as many at
// once. Fewer than one request count as one.
func NewPace(requests int, per time.Duration) *Pace {
	return &Pace{per: per, limit: max(1, requests)}
}

// Wait waits on the clock until the next request may go. It returns the context's error when
// that ends first.
func (p *Pace) Wait(ctx context.Context, c clock.Clock) error {
	if p == nil {
		return ctx.Err()
	}
	return c.Sleep(ctx, p.reserve(c.Now()))
}

// reserve takes the next slot and returns how far off it is: a period after the request that
// came as many requests before as the limit is.
func (p *Pace) reserve(now time.Time) time.Duration {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if len(p.slots) < p.limit {
		p.slots = append(p.slots, now)
		return 0
	}
	at := p.slots[p.next].Add(p.per)
	if at.Before(now) {
		at = now
	}
	p.slots[p.next] = at
	p.next = (p.next + 1) % p.limit
	return at.Sub(now)
}
