// Package clock gives the time that everything else is handed: the real one, or one
// that only moves when somebody waits, so that replaying a session never sleeps and
// two runs of the embedded reference are the same to the byte.
package clock

import (
	"context"
	"sync"
	"time"
)

// Clock tells the time and waits.
type Clock interface {
	// Now is the current time.
	Now() time.Time
	// Sleep waits for d, or until the context ends; then it returns the context's error.
	Sleep(ctx context.Context, d time.Duration) error
}

// System is the machine's clock.
type System struct{}

// Now is the machine's time.
func (System) Now() time.Time { return time.Now() }

// Sleep waits in real time.
func (System) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Virtual is a clock that stands still until somebody sleeps on it; then it jumps.
// It is safe for concurrent use.
type Virtual struct {
	mutex sync.Mutex
	now   time.Time
}

// NewVirtual makes a virtual clock that stands at start.
func NewVirtual(start time.Time) *Virtual { return &Virtual{now: start} }

// Now is the virtual time.
func (v *Virtual) Now() time.Time {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	return v.now
}

// Sleep moves the clock forward by d and returns at once.
func (v *Virtual) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	v.Advance(d)
	return nil
}

// Advance moves the clock forward by d; a negative d leaves it where it is.
func (v *Virtual) Advance(d time.Duration) {
	if d <= 0 {
		return
	}
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.now = v.now.Add(d)
}
