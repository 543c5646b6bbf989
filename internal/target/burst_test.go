package target

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"conformance/fixtures"
	"conformance/internal/clock"
)

// provoke drives the three cases of the 429 path.
func provoke(ctx context.Context, d *Driver, set *fixtures.Set) Limit {
	single, _ := set.Case("before-burst")
	burst, _ := set.Case("burst")
	after, _ := set.Case("after-wait")
	return d.Provoke(ctx, single, burst, after)
}

// limited answers the first requests with 404 and those after them with 429, of which each has
// the next of the Retry-After values; then with 404 again.
type limited struct {
	free   int64
	values []string
	sent   atomic.Int64
}

func (l *limited) RoundTrip(*http.Request) (*http.Response, error) {
	i := l.sent.Add(1) - l.free - 1
	if i < 0 || i >= int64(len(l.values)) {
		return answer(404, "{}"), nil
	}
	if l.values[i] == "" {
		return answer(429, "{}"), nil
	}
	return answer(429, "{}", "Retry-After", l.values[i]), nil
}

func TestABurstEndsWithTheWaveOfItsFourth429(t *testing.T) {
	four := func(value string) []string { return []string{value, value, value, value} }
	in7 := epoch.Add(7 * time.Second).Format(http.TimeFormat)
	tests := []struct {
		name string
		// free is how many requests are served, the single one included.
		free        int64
		retryAfter  []string
		concurrency int
		burst       int
		waited      time.Duration
		whole       bool
		after       int
		unexercised string
	}{
		{"at once", 1, four("2"), 1, 4, 2 * time.Second, true, 1, ""},
		{"one by one", 1 + 20, four("2"), 1, 24, 2 * time.Second, true, 1, ""},
		{"in the third wave", 1 + 8 + 8 + 4, four("2"), 8, 24, 2 * time.Second, true, 1, ""},
		{"over two waves", 1 + 8 + 6, slices.Concat(four("2"), four("2"), four("2")), 8, 24, 2 * time.Second, true, 1, ""},
		{"too few of them", 1 + 3, []string{"2", "2", "2"}, 8, 60, 2 * time.Second, true, 1, ""},
		{"the latest counts", 1 + 4, []string{"2", "9", "3", "1"}, 8, 8, 9 * time.Second, true, 1, ""},
		{"a date counts too", 1 + 4, []string{"2", in7, "3", "1"}, 8, 8, 8 * time.Second, true, 1, ""},
		{"one that says is enough", 1 + 4, []string{"", "4", "soon", ""}, 8, 8, 4 * time.Second, true, 1, ""},
		{"as long as allowed", 1, four("15"), 1, 4, 15 * time.Second, true, 1, ""},
		{"longer than allowed", 1, four("3600"), 1, 4, 15 * time.Second, false, 1, ""},
		{"no word of the wait", 1, four(""), 1, 4, 0, false, 0, "no 429 said how long to wait"},
		{"never", 1000, nil, 8, 60, 0, false, 0, "the limit was not reached: 60 requests were sent; raise provoke.rateLimit.requests"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			virtual := clock.NewVirtual(epoch)
			transport := &limited{free: test.free, values: test.retryAfter}
			d := newDriver(t, transport, virtual, func(o *DriverOptions) { o.Plan.BurstConcurrency = test.concurrency })
			limit := provoke(t.Context(), d, loadFixtures(t))
			if single, _ := limit.Single.Last(); single.Status() != 404 || len(limit.Single.Exchanges) != 1 {
				t.Errorf("single request: %d exchanges, status %d", len(limit.Single.Exchanges), single.Status())
			}
			if len(limit.Burst.Exchanges) != test.burst || limit.Whole != test.whole {
				t.Errorf("burst of %d, whole %v; want %d, %v", len(limit.Burst.Exchanges), limit.Whole, test.burst, test.whole)
			}
			for i, e := range limit.Burst.Exchanges {
				if e.Case != "burst" || e.Attempt != i+1 {
					t.Errorf("exchange %d is attempt %d of %s", i, e.Attempt, e.Case)
				}
			}
			if len(limit.After.Exchanges) != test.after || limit.After.Unexercised != test.unexercised {
				t.Errorf("after: %d exchanges, unexercised %q; want %d, %q", len(limit.After.Exchanges), limit.After.Unexercised, test.after, test.unexercised)
			}
			if waited := virtual.Now().Sub(epoch); waited != test.waited {
				t.Errorf("waited %s, want %s", waited, test.waited)
			}
			if want := int64(1 + test.burst + test.after); transport.sent.Load() != want {
				t.Errorf("%d requests, want %d", transport.sent.Load(), want)
			}
		})
	}
}

func TestALimitThatWasNotReachedTellsTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := carrier(func(*http.Request) (*http.Response, error) {
			time.Sleep(100 * time.Millisecond)
			return answer(404, "{}"), nil
		})
		limit := provoke(t.Context(), newDriver(t, transport, clock.System{}, func(o *DriverOptions) { o.Plan.BurstConcurrency = 4 }), loadFixtures(t))
		want := "the limit was not reached: 60 requests were sent, 40 a second; raise provoke.rateLimit.requests"
		if limit.After.Unexercised != want {
			t.Errorf("unexercised %q, want %q", limit.After.Unexercised, want)
		}
	})
}

func TestHeadersOfTheBurstGoWithTheBurstAlone(t *testing.T) {
	transport := carrier(func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Prefer") == "code=429" {
			return answer(429, "{}", "Retry-After", "1"), nil
		}
		return answer(404, "{}"), nil
	})
	d := newDriver(t, transport, clock.NewVirtual(epoch), func(o *DriverOptions) {
		o.Plan.BurstHeaders = map[string]string{"Prefer": "code=429"}
	})
	limit := provoke(t.Context(), d, loadFixtures(t))
	if len(limit.Burst.Exchanges) != 8 || len(limit.After.Exchanges) != 1 {
		t.Fatalf("burst of %d, %d after", len(limit.Burst.Exchanges), len(limit.After.Exchanges))
	}
	for _, e := range limit.Burst.Exchanges {
		if e.Status() != 429 {
			t.Errorf("attempt %d of the burst got %d", e.Attempt, e.Status())
		}
	}
	for _, trial := range []Trial{limit.Single, limit.After} {
		if last, _ := trial.Last(); last.Status() != 404 || last.Request.Header.Get("Prefer") != "" {
			t.Errorf("case %s: Prefer %q, status %d", trial.Case.Name, last.Request.Header.Get("Prefer"), last.Status())
		}
	}
}

func TestABurstWithoutItsCredentialIsNotSent(t *testing.T) {
	transport := &limited{}
	d := newDriver(t, transport, clock.NewVirtual(epoch), func(o *DriverOptions) { delete(o.Credentials.(Tokens), "throttled") })
	limit := provoke(t.Context(), d, loadFixtures(t))
	for _, trial := range []Trial{limit.Single, limit.Burst, limit.After} {
		if trial.Unexercised != "needs credentials.throttled in the config" || len(trial.Exchanges) != 0 {
			t.Errorf("case %s: %d exchanges, unexercised %q", trial.Case.Name, len(trial.Exchanges), trial.Unexercised)
		}
	}
	if transport.sent.Load() != 0 {
		t.Errorf("%d requests", transport.sent.Load())
	}
}

func TestAnInterruptedBurstProvesNothing(t *testing.T) {
	for _, at := range []int64{1, 2, 5, 9} {
		ctx, interrupt := context.WithCancel(t.Context())
		var sent atomic.Int64
		transport := carrier(func(r *http.Request) (*http.Response, error) {
			if sent.Add(1) >= at {
				interrupt()
				return nil, r.Context().Err()
			}
			return answer(404, "{}"), nil
		})
		limit := provoke(ctx, newDriver(t, transport, clock.NewVirtual(epoch), nil), loadFixtures(t))
		for _, trial := range []Trial{limit.Single, limit.Burst, limit.After} {
			if (trial.Unexercised == "the run was interrupted") == (len(trial.Exchanges) > 0) {
				t.Errorf("interrupted at %d, case %s: %d exchanges, unexercised %q", at, trial.Case.Name, len(trial.Exchanges), trial.Unexercised)
			}
			for _, e := range trial.Exchanges {
				if e.Failure != nil {
					t.Errorf("interrupted at %d, case %s: kept %v", at, trial.Case.Name, e.Failure)
				}
			}
		}
		interrupt()
	}
}

func TestAnInterruptionBeforeTheLastRequestIsSaid(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	transport := carrier(func(r *http.Request) (*http.Response, error) {
		if strings.Contains(r.Header.Get("Prefer"), "429") {
			interrupt()
			return answer(429, "{}", "Retry-After", "1"), nil
		}
		return answer(404, "{}"), nil
	})
	d := newDriver(t, transport, clock.NewVirtual(epoch), func(o *DriverOptions) {
		o.Plan.BurstHeaders, o.Plan.BurstConcurrency = map[string]string{"Prefer": "code=429"}, 1
	})
	limit := provoke(ctx, d, loadFixtures(t))
	if len(limit.Burst.Exchanges) == 0 || limit.After.Unexercised != "the run was interrupted" {
		t.Errorf("burst of %d, after: %q", len(limit.Burst.Exchanges), limit.After.Unexercised)
	}
}
