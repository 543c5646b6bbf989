package resend

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/shard"
)

// startedAt is a request that was recorded so long after the session began.
func startedAt(d time.Duration) exchange.Exchange {
	return missing(func(e *exchange.Exchange) { e.Started = d })
}

func (a *answers) times() []time.Duration {
	var all []time.Duration
	for _, one := range a.asked {
		all = append(all, one.at)
	}
	return all
}

// TestTimes: requests go out at the recorded times, so many times faster, or at a rate, or as soon
// as possible.
func TestTimes(t *testing.T) {
	second := time.Second
	for name, test := range map[string]struct {
		options Options
		want    []time.Duration
	}{
		"as soon as possible": {Options{}, []time.Duration{0, 0, 0}},
		"as recorded":         {Options{Speed: 1}, []time.Duration{0, 2 * second, 10 * second}},
		"twice as fast":       {Options{Speed: 2}, []time.Duration{0, second, 5 * second}},
		"two a second":        {Options{Rate: 2}, []time.Duration{0, second / 2, second}},
	} {
		target := &answers{}
		target.replayed(t, then, test.options, startedAt(0), startedAt(2*second), startedAt(10*second))
		// One request at a time is sent, but the next may be waited for meanwhile: it is never early.
		got := target.times()
		for i := range got {
			if got[i] < test.want[i] {
				t.Errorf("%s: sent at %v, expected %v", name, got, test.want)
				break
			}
		}
		if last := len(got) - 1; last != 2 || got[last] != test.want[last] {
			t.Errorf("%s: sent at %v, expected %v", name, got, test.want)
		}
	}
}

// TestOrder: the cassettes of a session are sent in the order in which their requests began, and
// those for one account one after the other, however many are under way.
func TestOrder(t *testing.T) {
	var exchanges []exchange.Exchange
	want := map[string][]string{}
	for i := range 60 {
		account := fmt.Sprintf("account-%d", i%3)
		status := []int{202, 404}[i/7%2] // each status has a cassette of its own
		exchanges = append(exchanges, unlock(account, status, `{"id":"1"}`, func(e *exchange.Exchange) {
			e.Started = time.Duration(i)
			e.Request.Body = fmt.Appendf(nil, `{"externalVerificationId":"%s %d"}`, account, i)
		}))
		want[account] = append(want[account], string(exchanges[i].Request.Body))
	}
	target := &answers{}
	target.replayed(t, then, Options{MapAccounts: []string{"*=mine"}, Concurrency: 8}, exchanges...)
	got := map[string][]string{}
	for _, one := range target.asked {
		account := strings.Fields(strings.Split(one.body, `"`)[3])[0]
		got[account] = append(got[account], one.body)
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("-want +got:\n%s", difference)
	}
}

// TestOneAccountAtATime: two requests for one account are never under way together, those of
// several accounts are.
func TestOneAccountAtATime(t *testing.T) {
	var exchanges []exchange.Exchange
	for i := range 40 {
		exchanges = append(exchanges, unlock(fmt.Sprintf("account-%d", i%2), 404, notFound, func(e *exchange.Exchange) {
			e.Request.Header.Set("X-Account", fmt.Sprint(i%2))
		}))
	}
	var mutex sync.Mutex
	busy := map[string]bool{}
	both := make(chan struct{})
	target := &answers{}
	target.answer = func(number int, r *http.Request) (*http.Response, error) {
		account := r.Header.Get("X-Account")
		mutex.Lock()
		if busy[account] {
			t.Errorf("two requests for account %s at a time", account)
		}
		busy[account] = true
		if len(busy) == 2 && number == 2 {
			close(both)
		}
		mutex.Unlock()
		<-both // the first request waits for the other account's
		mutex.Lock()
		busy[account] = false
		mutex.Unlock()
		return said(404, notFound), nil
	}
	target.replayed(t, then, Options{MapAccounts: []string{"*=mine"}, Concurrency: 8}, exchanges...)
}

// TestLimits: a limit that the recording did not meet is waited out; one that it met is not.
func TestLimits(t *testing.T) {
	refused := func(times int, retryAfter string) func(int, *http.Request) (*http.Response, error) {
		return func(number int, _ *http.Request) (*http.Response, error) {
			if number <= times {
				return said(429, `{"message":"Rate Limit Exceeded"}`, "Retry-After", retryAfter), nil
			}
			return said(404, notFound), nil
		}
	}
	for name, test := range map[string]struct {
		recorded exchange.Exchange
		answer   func(int, *http.Request) (*http.Response, error)
		times    []time.Duration
		want     []string
	}{
		"waited out":          {missing(nil), refused(2, "3"), []time.Duration{0, 3 * time.Second, 6 * time.Second}, nil},
		"longer than allowed": {missing(nil), refused(1, "60"), []time.Duration{0}, []string{"noise limited 404 status"}},
		"met then": {unlock("none", 429, `{"message":"Rate Limit Exceeded"}`, func(e *exchange.Exchange) { e.Response.Header.Set("Retry-After", "1") }),
			refused(1, "3"), []time.Duration{0}, nil},
		"waits that are in vain": {missing(nil), refused(99, "1"),
			[]time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second, 4 * time.Second, 5 * time.Second},
			[]string{"breaking retry-after-untrue 404 header Retry-After", "noise limited 404 status"}},
	} {
		t.Run(name, func(t *testing.T) {
			target := &answers{answer: test.answer}
			r := target.replayed(t, then, Options{}, test.recorded)
			if difference := cmp.Diff(test.times, target.times()); difference != "" {
				t.Errorf("sent at: -want +got:\n%s", difference)
			}
			if difference := cmp.Diff(test.want, rules(r)); difference != "" {
				t.Errorf("-want +got:\n%s", difference)
			}
		})
	}
}

// TestBusyLimit: where another request gets through meanwhile, waits that are in vain are not held
// against what the 429s ask for: the other may have used up what the limit allows.
func TestBusyLimit(t *testing.T) {
	refused, through := make(chan struct{}), make(chan struct{})
	var of sync.Map // how many requests came for each account
	target := &answers{answer: func(_ int, r *http.Request) (*http.Response, error) {
		account := r.Header.Get("X-Account")
		count, _ := of.LoadOrStore(account, new(int))
		*count.(*int)++
		switch number := *count.(*int); {
		case account == "free" && number == 1:
			<-refused
		case account == "free":
			close(through) // the first answer is taken in when the second request comes
		case number == 1:
			close(refused)
		case number == 2:
			<-through
		}
		if account == "free" {
			return said(404, notFound), nil
		}
		return said(429, `{"message":"Rate Limit Exceeded"}`, "Retry-After", "1"), nil
	}}
	named := func(account string) exchange.Exchange {
		return unlock(account, 404, notFound, func(e *exchange.Exchange) { e.Request.Header.Set("X-Account", account) })
	}
	r := target.replayed(t, then, Options{MapAccounts: []string{"*=mine"}, Concurrency: 2}, named("limited"), named("free"), named("free"))
	if difference := cmp.Diff([]string{"noise limited 404 status"}, rules(r)); difference != "" {
		t.Errorf("-want +got:\n%s", difference)
	}
}

// TestHopeless: once waiting did not help, the requests that follow do not wait until one of
// them gets through.
func TestHopeless(t *testing.T) {
	target := &answers{answer: func(number int, _ *http.Request) (*http.Response, error) {
		if number == 8 {
			return said(404, notFound), nil
		}
		return said(429, `{"message":"Rate Limit Exceeded"}`, "Retry-After", "1"), nil
	}}
	target.replayed(t, then, Options{}, missing(nil), missing(nil), missing(nil), missing(nil))
	// The first is sent six times, the second once, the third gets through, the fourth waits again.
	if len(target.asked) != 6+1+1+6 {
		t.Errorf("%d requests at %v", len(target.asked), target.times())
	}
}

// TestShards: the parts are disjoint and together everything.
func TestShards(t *testing.T) {
	var exchanges []exchange.Exchange
	var want, got []string
	for i := range 10 {
		body := fmt.Sprintf(`{"externalVerificationId":"%d"}`, i)
		exchanges = append(exchanges, missing(func(e *exchange.Exchange) { e.Request.Body, e.Started = []byte(body), time.Duration(i) }))
		want = append(want, body)
	}
	for number := range 3 {
		target := &answers{}
		r := target.replayed(t, then, Options{Shard: shard.Part{Number: number + 1, Of: 3}}, exchanges...)
		if r.Interactions != len(target.asked) || r.Interactions == 0 {
			t.Errorf("part %d: %d interactions, %d asked", number+1, r.Interactions, len(target.asked))
		}
		for _, one := range target.asked {
			got = append(got, one.body)
		}
	}
	slices.Sort(got)
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("-want +got:\n%s", difference)
	}
}

// TestInterrupted: what was found so far is reported; it is no verdict unless something breaks.
func TestInterrupted(t *testing.T) {
	for status, exit := range map[int]int{404: outcome.ExitNoVerdict, 500: outcome.ExitNonconformant} {
		ctx, interrupt := context.WithCancel(t.Context())
		target := &answers{}
		target.answer = func(number int, _ *http.Request) (*http.Response, error) {
			if number == 3 {
				interrupt()
				return nil, ctx.Err()
			}
			return said(status, strings.Replace(notFound, "404", fmt.Sprint(status), 1)), nil
		}
		path := written(t, then, missing(nil), missing(nil), missing(nil), missing(nil), missing(nil))
		r, err := replay(ctx, target.at(), Options{Path: path, Concurrency: 1, Now: func() time.Time { return epoch }, Output: io.Discard})
		if err != nil {
			t.Fatal(err)
		}
		if r.ExitCode() != exit || r.Sent != 2 || r.Ended == "" || !strings.Contains(console(t, r), "interrupted") {
			t.Errorf("%d: exit %d, expected %d\n%s", status, r.ExitCode(), exit, console(t, r))
		}
	}
}

// TestDamaged: an interaction that cannot be read is an error of the call, with its place.
func TestDamaged(t *testing.T) {
	options := Options{Path: "testdata/damaged.yaml", Concurrency: 1, Now: func() time.Time { return epoch }}
	_, err := replay(t.Context(), (&answers{}).at(), options)
	if err == nil || !strings.Contains(err.Error(), "testdata/damaged.yaml: line ") {
		t.Errorf("%v; expected the file and the line", err)
	}
}

// TestForeign: a cassette of another recorder says nothing of accounts or credentials; both are
// mapped, and its secrets stay out of the report.
func TestForeign(t *testing.T) {
	const secret = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2VjcmV0LXNpZ25hdHVyZQ"
	target := &answers{answer: func(_ int, r *http.Request) (*http.Response, error) {
		return said(404, strings.Replace(notFound, "The server", r.Header.Get("Authorization")+" The server", 1)), nil
	}}
	options := Options{Path: "testdata/foreign.yaml", MapAccounts: []string{"*=mine"}, MapCredentials: []string{"*=orgAdmin"},
		Concurrency: 1, Now: func() time.Time { return epoch }}
	r, err := replay(t.Context(), target.at(), options)
	if err != nil {
		t.Fatal(err)
	}
	text := console(t, r)
	if len(target.asked) != 1 || target.asked[0].header.Get("Authorization") != "Bearer the-token-of-org-admin" || target.asked[0].path != "/v2/accounts/mine/unlock" {
		t.Errorf("asked %+v\n%s", target.asked, text)
	}
	if strings.Contains(text, secret) || strings.Contains(text, "the-token-of-org-admin") || !strings.Contains(text, "<orgAdmin>") {
		t.Errorf("the report:\n%s", text)
	}
}
