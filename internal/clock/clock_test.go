package clock

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var start = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

func TestVirtualMovesOnlyWhenSomebodySleeps(t *testing.T) {
	c := NewVirtual(start)
	for _, step := range []struct {
		sleep, at time.Duration
	}{{0, 0}, {3 * time.Second, 3 * time.Second}, {-time.Minute, 3 * time.Second}, {time.Hour, time.Hour + 3*time.Second}} {
		if err := c.Sleep(t.Context(), step.sleep); err != nil {
			t.Fatalf("sleep %s: %v", step.sleep, err)
		}
		if now := c.Now(); !now.Equal(start.Add(step.at)) {
			t.Errorf("after sleeping %s: %s, want %s after the start", step.sleep, now, step.at)
		}
	}
}

func TestVirtualStandsStillWhenTheContextHasEnded(t *testing.T) {
	c := NewVirtual(start)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	if now := c.Now(); !now.Equal(start) {
		t.Errorf("the clock moved to %s", now)
	}
}

func TestVirtualAddsUpTheSleepsOfAll(t *testing.T) {
	c := NewVirtual(start)
	var sleepers sync.WaitGroup
	for range 100 {
		sleepers.Go(func() { _ = c.Sleep(t.Context(), time.Second) })
	}
	sleepers.Wait()
	if now := c.Now(); !now.Equal(start.Add(100 * time.Second)) {
		t.Errorf("100 sleeps of a second led to %s", now)
	}
}

func TestSystemSleepsAndWakesEarlyWhenTheContextEnds(t *testing.T) {
	tests := []struct {
		name        string
		sleep, ends time.Duration
		want        time.Duration
		err         error
	}{
		{"the whole time", 5 * time.Second, time.Minute, 5 * time.Second, nil},
		{"until the context ends", time.Minute, 5 * time.Second, 5 * time.Second, context.DeadlineExceeded},
		{"no time", 0, time.Minute, 0, nil},
		{"less than no time", -time.Second, time.Minute, 0, nil},
		{"no time, with a context that has ended", 0, 0, 0, context.DeadlineExceeded},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), test.ends)
				defer cancel()
				begun := System{}.Now()
				err := System{}.Sleep(ctx, test.sleep)
				if !errors.Is(err, test.err) {
					t.Errorf("error %v, want %v", err, test.err)
				}
				if took := (System{}).Now().Sub(begun); took != test.want {
					t.Errorf("took %s, want %s", took, test.want)
				}
			})
		})
	}
}
