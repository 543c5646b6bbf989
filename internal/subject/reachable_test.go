package subject

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"conformance/internal/clock"
	"conformance/internal/exchange"
	"conformance/internal/redact"
	"conformance/internal/target"
)

// failing answers 401 after so many failures of one kind, and counts what it was asked.
type failing struct {
	kind  exchange.FailureKind
	times int64
	asked atomic.Int64
	last  atomic.Pointer[http.Request]
}

func (f *failing) RoundTrip(r *http.Request) (*http.Response, error) {
	f.last.Store(r)
	if f.asked.Add(1) <= f.times {
		return nil, &exchange.Failure{Kind: f.kind, Message: "a failure: " + string(f.kind)}
	}
	return &http.Response{StatusCode: 401, Proto: "HTTP/1.1", Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

func overTheNetwork(transport http.RoundTripper, retries int) (*Subject, *clock.Virtual) {
	virtual := clock.NewVirtual(recordedOn)
	return &Subject{
		URL: &url.URL{Scheme: "http", Host: "target"}, Transport: transport, Clock: virtual, Timeout: defaultTimeout,
		Secrets: &redact.Secrets{}, Retries: retries, remote: true,
	}, virtual
}

// TestReachable: somebody is there who answers, even if the answer is bad; a failure of the way
// is tried again as often as it may be, later and later.
func TestReachable(t *testing.T) {
	for name, test := range map[string]struct {
		kind    exchange.FailureKind
		times   int64
		retries int
		says    string
		asked   int64
		waited  time.Duration
	}{
		"it answers":              {"", 0, 0, "", 1, 0},
		"nobody":                  {exchange.Refused, 9, 0, "a failure: refused", 1, 0},
		"an unknown host":         {exchange.UnknownHost, 9, 0, "a failure: unknown host", 1, 0},
		"no common language":      {exchange.TLS, 9, 0, "a failure: tls", 1, 0},
		"silence":                 {exchange.Timeout, 9, 0, "a failure: timeout", 1, 0},
		"something unknown":       {exchange.UnknownFailure, 9, 0, "a failure: transport error", 1, 0},
		"somebody hangs up":       {exchange.Reset, 9, 0, "", 1, 0},
		"somebody babbles":        {exchange.Malformed, 9, 0, "", 1, 0},
		"nobody, three times":     {exchange.Refused, 9, 2, "a failure: refused", 3, 3 * target.RetryPause},
		"nobody, twice":           {exchange.Refused, 2, 2, "", 3, 3 * target.RetryPause},
		"what is not tried again": {exchange.TLS, 9, 2, "a failure: tls", 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			transport := &failing{kind: test.kind, times: test.times}
			s, virtual := overTheNetwork(transport, test.retries)
			said := ""
			if err := s.Reachable(t.Context(), s.Sender()); err != nil {
				said = err.Error()
			}
			if waited := virtual.Now().Sub(recordedOn); said != test.says || transport.asked.Load() != test.asked || waited != test.waited {
				t.Errorf("%q after %d requests and %s", said, transport.asked.Load(), waited)
			}
		})
	}
}

// TestReachableChangesNothing: what is asked first has no credential and means nobody's account.
func TestReachableChangesNothing(t *testing.T) {
	transport := &failing{}
	s, _ := overTheNetwork(transport, 0)
	s.Plan.Unlockable = "somebody"
	if err := s.Reachable(t.Context(), s.Sender()); err != nil {
		t.Fatal(err)
	}
	s.remote = false
	if err := s.Reachable(t.Context(), s.Sender()); err != nil || transport.asked.Load() != 1 {
		t.Errorf("what cannot be out of reach was asked: %v", err)
	}
	r := transport.last.Load()
	if r.Header.Get("Content-Type") != "application/json" || r.ContentLength != 2 {
		t.Errorf("a body of %d bytes, %v", r.ContentLength, r.Header)
	}
	if r.Method != http.MethodPost || r.URL.Path != "/accounts/00000000000000000000000000000000/unlock" || r.Header.Get("Authorization") != "" {
		t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
	}
}

// TestReachableInterrupted: an end of the run is not held against the target.
func TestReachableInterrupted(t *testing.T) {
	for name, retries := range map[string]int{"at once": 0, "while it waits": 1} {
		ctx, cancel := context.WithCancelCause(t.Context())
		transport := &failing{kind: exchange.Refused, times: 9}
		s, _ := overTheNetwork(transport, retries)
		if retries == 0 {
			cancel(target.Ended("the time was up"))
		} else {
			s.Clock = endingClock{s.Clock, func() { cancel(target.Ended("the time was up")) }}
		}
		err := s.Reachable(ctx, s.Sender())
		cancel(nil)
		if err == nil || !strings.HasSuffix(err.Error(), "the time was up before the target answered") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// endingClock ends the run as soon as somebody waits.
type endingClock struct {
	clock.Clock
	end func()
}

func (c endingClock) Sleep(ctx context.Context, d time.Duration) error {
	c.end()
	return c.Clock.Sleep(ctx, d)
}
