package target

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"conformance/internal/clock"
	"conformance/internal/exchange"
)

// failingFirst fails so often with the kind, and then accepts.
func failingFirst(times int, kind exchange.FailureKind) (transport carrier, sent *int) {
	sent = new(int)
	return func(r *http.Request) (*http.Response, error) {
		if *sent++; *sent <= times {
			return nil, &exchange.Failure{Kind: kind, Message: "it failed"}
		}
		return accepted(r)
	}, sent
}

func TestWhatFailsOnItsWayIsSentAgain(t *testing.T) {
	for _, test := range []struct {
		name     string
		kind     exchange.FailureKind
		failures int
		retries  int
		sent     int
		status   int
		waited   time.Duration
	}{
		{"not asked for", exchange.Reset, 1, 0, 1, 0, 0},
		{"once", exchange.Reset, 1, 2, 2, 202, 250 * time.Millisecond},
		{"twice", exchange.Timeout, 2, 2, 3, 202, 750 * time.Millisecond},
		{"too often", exchange.Refused, 3, 2, 3, 0, 750 * time.Millisecond},
		{"an answer that is none", exchange.Malformed, 1, 2, 1, 0, 0},
		{"too large an answer", exchange.TooLarge, 1, 2, 1, 0, 0},
		{"not recorded", exchange.NotRecorded, 1, 2, 1, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			virtual := clock.NewVirtual(epoch)
			transport, sent := failingFirst(test.failures, test.kind)
			d := newDriver(t, transport, virtual, func(o *DriverOptions) { o.Retries = test.retries })
			trial := drive(t.Context(), d, singleCases(loadFixtures(t))[:1])[0]
			last, _ := trial.Last()
			if *sent != test.sent || len(trial.Exchanges) != test.sent || last.Status() != test.status || last.Attempt != test.sent {
				t.Errorf("%d requests, %d exchanges, last attempt %d with status %d", *sent, len(trial.Exchanges), last.Attempt, last.Status())
			}
			if waited := virtual.Now().Sub(epoch); waited != test.waited {
				t.Errorf("waited %s, want %s", waited, test.waited)
			}
			for i := range trial.Exchanges {
				if replaced := i < test.sent-1; trial.Retried(i) != replaced {
					t.Errorf("exchange %d: retried %v", i, trial.Retried(i))
				}
			}
			if len(trial.Notes) != test.sent-1 || test.sent > 1 && !strings.Contains(trial.Notes[0], "after attempt 1: it failed") {
				t.Errorf("notes %q", trial.Notes)
			}
		})
	}
}

// TestARetryAndALimitDoNotCountForEachOther: a 429 is waited out as if nothing had failed.
func TestARetryAndALimitDoNotCountForEachOther(t *testing.T) {
	sent := 0
	transport := carrier(func(r *http.Request) (*http.Response, error) {
		switch sent++; sent {
		case 1, 3:
			return nil, &exchange.Failure{Kind: exchange.Reset, Message: "it failed"}
		case 2:
			return answer(429, `{"message":"slow down"}`, "Retry-After", "2"), nil
		}
		return accepted(r)
	})
	d := newDriver(t, transport, clock.NewVirtual(epoch), func(o *DriverOptions) { o.Retries = 1 })
	trial := drive(t.Context(), d, singleCases(loadFixtures(t))[:1])[0]
	if last, _ := trial.Last(); last.Status() != 202 || last.Attempt != 4 || !trial.Retried(0) || trial.Retried(1) || !trial.Retried(2) {
		t.Errorf("last %+v, retried %v", last, trial.retried)
	}
	if len(trial.Notes) != 3 || !strings.Contains(trial.Notes[2], "refused with 429 once and sent again after waiting 2s in all") {
		t.Errorf("notes %q", trial.Notes)
	}
}

func TestNothingIsRetriedWhenTheRunHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	transport := carrier(func(*http.Request) (*http.Response, error) {
		cancel(Ended("the time was up"))
		return nil, &exchange.Failure{Kind: exchange.Reset, Message: "it failed"}
	})
	d := newDriver(t, transport, clock.NewVirtual(epoch), func(o *DriverOptions) { o.Retries, o.Concurrency = 3, 1 })
	trials := drive(ctx, d, singleCases(loadFixtures(t))[:2])
	if len(trials[0].Exchanges) > 1 || trials[1].Unexercised != "the time was up" {
		t.Errorf("%d exchanges; the next case is unexercised since %q", len(trials[0].Exchanges), trials[1].Unexercised)
	}
}
