package target

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"conformance/internal/clock"
)

// rounding is how far a thousand waits, each a whole number of nanoseconds, may be off in all.
const rounding = 10 * time.Microsecond

func TestAPaceIsKeptInEveryPeriod(t *testing.T) {
	tests := []struct {
		requests int
		per      time.Duration
		sent     int
		want     time.Duration
	}{
		{10, time.Second, 1, 0},
		{10, time.Second, 2, 100 * time.Millisecond},
		{10, time.Second, 11, time.Second},
		{10, time.Second, 21, 2 * time.Second},
		{95, 10 * time.Second, 951, 100 * time.Second},
		{1, time.Minute, 5, 4 * time.Minute},
		{0, time.Minute, 2, time.Minute},
	}
	for _, test := range tests {
		virtual := clock.NewVirtual(epoch)
		pace := NewPace(test.requests, test.per)
		var sent []time.Time
		for range test.sent {
			if err := pace.Wait(t.Context(), virtual); err != nil {
				t.Fatal(err)
			}
			sent = append(sent, virtual.Now())
		}
		if took := virtual.Now().Sub(epoch); (took - test.want).Abs() > rounding {
			t.Errorf("%d in %s: %d requests took %s, want %s", test.requests, test.per, test.sent, took, test.want)
		}
		limit := max(1, test.requests)
		for i := limit; i < len(sent); i++ {
			if span := sent[i].Sub(sent[i-limit]); span < test.per-rounding {
				t.Fatalf("%d in %s: requests %d to %d went within %s", test.requests, test.per, i-limit, i, span)
			}
		}
	}
}

func TestAPaceThatIsNotUsedUpDelaysNothing(t *testing.T) {
	virtual := clock.NewVirtual(epoch)
	pace := NewPace(2, time.Second)
	for range 20 {
		before := virtual.Now()
		if err := pace.Wait(t.Context(), virtual); err != nil || !virtual.Now().Equal(before) {
			t.Fatalf("waited %s, error %v", virtual.Now().Sub(before), err)
		}
		virtual.Advance(500 * time.Millisecond)
	}
}

func TestManySendersShareAPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pace := NewPace(5, time.Second)
		begun := time.Now()
		var senders sync.WaitGroup
		var mutex sync.Mutex
		inSecond := map[int]int{}
		for range 23 {
			senders.Go(func() {
				if err := pace.Wait(t.Context(), clock.System{}); err != nil {
					t.Error(err)
				}
				mutex.Lock()
				defer mutex.Unlock()
				inSecond[int(time.Since(begun)/time.Second)]++
			})
		}
		senders.Wait()
		for second, want := range []int{5, 5, 5, 5, 3} {
			if inSecond[second] != want {
				t.Errorf("%d requests in second %d, want %d", inSecond[second], second, want)
			}
		}
	})
}

func TestAWaitEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var none *Pace
	for _, pace := range []*Pace{none, NewPace(1, time.Hour)} {
		if err := pace.Wait(ctx, clock.NewVirtual(epoch)); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	}
	if err := none.Wait(t.Context(), clock.NewVirtual(epoch)); err != nil {
		t.Errorf("without a limit: %v", err)
	}
}

func TestTheDriverKeepsThePace(t *testing.T) {
	virtual := clock.NewVirtual(epoch)
	d := newDriver(t, carrier(accepted), virtual, func(o *DriverOptions) {
		o.Concurrency, o.Pace = 1, NewPace(10, time.Second)
	})
	cases := singleCases(loadFixtures(t))[:35]
	trials := drive(t.Context(), d, cases)
	if took := virtual.Now().Sub(epoch); took != 3400*time.Millisecond {
		t.Errorf("35 requests, 10 a second, took %s", took)
	}
	if last, _ := trials[34].Last(); last.Started != 3400*time.Millisecond {
		t.Errorf("the last request was sent after %s", last.Started)
	}
}
