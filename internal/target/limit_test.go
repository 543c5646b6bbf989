package target

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"conformance/fixtures"
	"conformance/internal/clock"
	"conformance/internal/reference"
)

func oneCase(t *testing.T, name string) []fixtures.Case {
	t.Helper()
	c, known := loadFixtures(t).Case(name)
	if !known {
		t.Fatalf("no case %s", name)
	}
	return []fixtures.Case{c}
}

// slowDowns answer with these 429s, one after the other, and then with 202. An endless one
// repeats the last.
type slowDowns struct {
	headers [][]string
	endless bool
	sent    int
}

func (r *slowDowns) RoundTrip(request *http.Request) (*http.Response, error) {
	i := r.sent
	r.sent++
	if i >= len(r.headers) && !r.endless {
		return accepted(request)
	}
	return answer(429, `{"message":"slow down"}`, r.headers[min(i, len(r.headers)-1)]...), nil
}

func TestAnUnexpected429IsWaitedOut(t *testing.T) {
	at := func(d time.Duration) string { return epoch.Add(d).Format(http.TimeFormat) }
	seconds := func(n ...string) [][]string {
		var headers [][]string
		for _, one := range n {
			headers = append(headers, []string{"Retry-After", one})
		}
		return headers
	}
	tests := []struct {
		name     string
		answers  slowDowns
		attempts int
		status   int
		waited   time.Duration
		note     string
	}{
		{"none", slowDowns{}, 1, 202, 0, ""},
		{"seconds", slowDowns{headers: seconds("3")}, 2, 202, 3 * time.Second,
			"case org-admin: refused with 429 once and sent again after waiting 3s in all"},
		{"seconds twice", slowDowns{headers: seconds("3", "4")}, 3, 202, 7 * time.Second,
			"case org-admin: refused with 429 2 times and sent again after waiting 7s in all"},
		{"at once", slowDowns{headers: seconds("0")}, 2, 202, 0,
			"case org-admin: refused with 429 once and sent again after waiting 0s in all"},
		// A date tells whole seconds: one is added for what it leaves out.
		{"a date", slowDowns{headers: [][]string{{"Retry-After", at(5 * time.Second)}}}, 2, 202, 6 * time.Second,
			"case org-admin: refused with 429 once and sent again after waiting 6s in all"},
		{"a date by the server's own clock", slowDowns{headers: [][]string{{"Retry-After", at(-time.Hour), "Date", at(-time.Hour - 2*time.Second)}}}, 2, 202, 3 * time.Second,
			"case org-admin: refused with 429 once and sent again after waiting 3s in all"},
		{"missing", slowDowns{headers: [][]string{{}, {}, {}}}, 4, 202, (1 + 2 + 3) * time.Second,
			"case org-admin: refused with 429 3 times and sent again after waiting 6s in all"},
		{"not readable", slowDowns{headers: seconds("soon")}, 2, 202, time.Second,
			"case org-admin: refused with 429 once and sent again after waiting 1s in all"},
		{"as long as allowed", slowDowns{headers: seconds("15")}, 2, 202, 15 * time.Second,
			"case org-admin: refused with 429 once and sent again after waiting 15s in all"},
		{"longer than allowed", slowDowns{headers: seconds("16")}, 1, 429, 0, ""},
		{"longer and longer", slowDowns{headers: seconds("2", "16")}, 2, 429, 2 * time.Second,
			"case org-admin: refused with 429 once and sent again after waiting 2s in all"},
		{"endless", slowDowns{headers: seconds("2"), endless: true}, 10, 429, 18 * time.Second,
			"case org-admin: refused with 429 9 times and sent again after waiting 18s in all"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			virtual := clock.NewVirtual(epoch)
			trial := drive(t.Context(), newDriver(t, &test.answers, virtual, nil), oneCase(t, "org-admin"))[0]
			last, _ := trial.Last()
			if len(trial.Exchanges) != test.attempts || test.answers.sent != test.attempts || last.Status() != test.status {
				t.Errorf("%d attempts, %d requests, status %d; want %d, %d", len(trial.Exchanges), test.answers.sent, last.Status(), test.attempts, test.status)
			}
			for i, e := range trial.Exchanges {
				if e.Attempt != i+1 {
					t.Errorf("exchange %d is of attempt %d", i, e.Attempt)
				}
			}
			if waited := virtual.Now().Sub(epoch); waited != test.waited {
				t.Errorf("waited %s, want %s", waited, test.waited)
			}
			if strings.Join(trial.Notes, "; ") != test.note || trial.Unexercised != "" {
				t.Errorf("note %q, unexercised %q; want note %q", trial.Notes, trial.Unexercised, test.note)
			}
		})
	}
}

func TestATargetThatRefusesForEverIsWaitedForOnce(t *testing.T) {
	for _, concurrency := range []int{1, 8} {
		virtual := clock.NewVirtual(epoch)
		transport := carrier(func(*http.Request) (*http.Response, error) { return answer(429, "{}", "Retry-After", "10"), nil })
		d := newDriver(t, transport, virtual, func(o *DriverOptions) { o.Concurrency = concurrency })
		for i, trial := range drive(t.Context(), d, singleCases(loadFixtures(t))) {
			want := 1
			if i == 0 {
				want = attempts
			}
			if len(trial.Exchanges) != want {
				t.Errorf("concurrency %d, case %d: %d attempts, want %d", concurrency, i, len(trial.Exchanges), want)
			}
		}
		if waited := virtual.Now().Sub(epoch); waited != 90*time.Second {
			t.Errorf("concurrency %d: waited %s", concurrency, waited)
		}
	}
}

func TestServiceThatResumesIsWaitedForAgain(t *testing.T) {
	first, second, third := oneCase(t, "org-admin")[0], oneCase(t, "source-admin")[0], oneCase(t, "helpdesk")[0]
	answers := &slowDowns{headers: make([][]string, attempts)}
	d := newDriver(t, answers, clock.NewVirtual(epoch), func(o *DriverOptions) { o.Concurrency = 1 })
	for i, want := range []int{attempts, 1} {
		if trials := drive(t.Context(), d, []fixtures.Case{first, second}[i:i+1]); len(trials[0].Exchanges) != want {
			t.Fatalf("case %d: %d attempts, want %d", i, len(trials[0].Exchanges), want)
		}
	}
	*answers = slowDowns{headers: [][]string{{}}}
	if trials := drive(t.Context(), d, []fixtures.Case{third}); len(trials[0].Exchanges) != 2 {
		t.Errorf("after service resumed: %d attempts, want 2", len(trials[0].Exchanges))
	}
}

func TestCasesGoOneByOneOnceALimitWasMet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const concurrency = 8
		var sent, underWay atomic.Int64
		transport := carrier(func(r *http.Request) (*http.Response, error) {
			if sent.Add(1) == 1 {
				return answer(429, "{}", "Retry-After", "5"), nil
			}
			now := underWay.Add(1)
			defer underWay.Add(-1)
			if sent.Load() > concurrency && now > 1 {
				t.Errorf("request %d went while another was under way", sent.Load())
			}
			time.Sleep(time.Second)
			return accepted(r)
		})
		d := newDriver(t, transport, clock.System{}, func(o *DriverOptions) { o.Concurrency = concurrency })
		drive(t.Context(), d, singleCases(loadFixtures(t)))
	})
}

func TestAnInterruptionInAWaitKeepsWhatWasAnswered(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	transport := carrier(func(*http.Request) (*http.Response, error) {
		defer interrupt()
		return answer(429, "{}", "Retry-After", "10"), nil
	})
	virtual := clock.NewVirtual(epoch)
	trial := drive(ctx, newDriver(t, transport, virtual, nil), oneCase(t, "org-admin"))[0]
	if len(trial.Exchanges) != 1 || trial.Unexercised != "" || len(trial.Notes) > 0 {
		t.Errorf("%d exchanges, unexercised %q, note %q", len(trial.Exchanges), trial.Unexercised, trial.Notes)
	}
	if !virtual.Now().Equal(epoch) {
		t.Errorf("it waited until %s", virtual.Now())
	}
}

// common is a limit on all tokens together: so many requests in each ten seconds.
type common struct {
	next    http.Handler
	clock   clock.Clock
	limit   int
	tells   bool
	mutex   sync.Mutex
	opened  time.Time
	count   int
	refused int
}

func (c *common) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if wait := c.pass(); wait > 0 {
		if c.tells {
			w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
		}
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	c.next.ServeHTTP(w, r)
}

func (c *common) pass() time.Duration {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	const window = 10 * time.Second
	now := c.clock.Now()
	if now.Sub(c.opened) >= window {
		c.opened, c.count = now, 0
	}
	if c.count >= c.limit {
		c.refused++
		return c.opened.Add(window).Sub(now)
	}
	c.count++
	return 0
}

// statuses are what the cases get from a reference behind a limit.
func statuses(t *testing.T, limit, concurrency int, tells bool) (got map[string]int, refused int) {
	t.Helper()
	virtual := clock.NewVirtual(epoch)
	implementation, err := reference.New(reference.Options{Clock: virtual, Seed: "limit"})
	if err != nil {
		t.Fatal(err)
	}
	handler := &common{next: implementation, clock: virtual, limit: limit, tells: tells}
	d := newDriver(t, served(handler), virtual, func(o *DriverOptions) {
		o.Concurrency, o.Credentials = concurrency, Tokens(implementation.Credentials())
		o.Plan.Unlockable, o.Plan.Missing, o.Plan.FaultAccount = reference.UnlockableAccount, reference.MissingAccount, reference.FaultAccount
	})
	got = map[string]int{}
	for _, path := range loadFixtures(t).Paths {
		if path.Status == "429" {
			continue
		}
		for _, trial := range drive(t.Context(), d, path.Cases) {
			last, sent := trial.Last()
			if !sent {
				t.Fatalf("case %s was not sent: %s", trial.Case.Name, trial.Unexercised)
			}
			got[trial.Case.Name] = last.Status()
		}
	}
	return got, handler.refused
}

func TestALimitOnAllTokensTogetherHidesNoAnswer(t *testing.T) {
	want, refused := statuses(t, 1_000_000, 8, true)
	if refused != 0 {
		t.Fatal("the limit that should not matter does")
	}
	for _, limit := range []int{30, 3, 1} {
		for _, concurrency := range []int{1, 8, 64} {
			for _, tells := range []bool{true, false} {
				got, refused := statuses(t, limit, concurrency, tells)
				if refused == 0 {
					t.Fatalf("limit %d was not met", limit)
				}
				for name, status := range want {
					if got[name] != status {
						t.Errorf("limit %d, concurrency %d, Retry-After %v: case %s got %d, want %d", limit, concurrency, tells, name, got[name], status)
					}
				}
			}
		}
	}
}
