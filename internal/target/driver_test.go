package target

import (
	"context"
	"fmt"
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

// allTokens is a token for every credential of the fixtures.
func allTokens(set *fixtures.Set) Tokens {
	tokens := Tokens{}
	for _, credential := range set.Credentials {
		tokens[credential.Name] = "token-of-" + credential.Name
	}
	return tokens
}

// fullPlan has consent and provokes everything.
func fullPlan() Plan {
	return Plan{
		Unlockable: "0c3f9a71b2e84d5596a7f1e08d2b6c43", Missing: "nobody", FaultAccount: "boom",
		BurstRequests: 60, BurstConcurrency: 8, MaxWait: 15 * time.Second,
	}
}

// newDriver makes a driver; change, if it is not nil, changes the options first.
func newDriver(t testing.TB, transport http.RoundTripper, c clock.Clock, change func(*DriverOptions)) *Driver {
	t.Helper()
	set := loadFixtures(t)
	options := DriverOptions{
		Sender:      newSender(t, "http://a.test", transport, func(o *SenderOptions) { o.Clock = c }),
		Credentials: allTokens(set), Fixtures: set, Plan: fullPlan(), Clock: c, Concurrency: 8,
	}
	if change != nil {
		change(&options)
	}
	return NewDriver(options)
}

// drive sends the cases and collects their trials.
func drive(ctx context.Context, d *Driver, cases []fixtures.Case) []Trial {
	var trials []Trial
	d.Drive(ctx, cases, func(trial Trial) { trials = append(trials, trial) })
	return trials
}

// singleCases are all cases but those of the burst.
func singleCases(set *fixtures.Set) []fixtures.Case {
	var cases []fixtures.Case
	for _, path := range set.Paths {
		if path.Status != "429" {
			cases = append(cases, path.Cases...)
		}
	}
	return cases
}

func named(trials []Trial) []string {
	var names []string
	for _, trial := range trials {
		names = append(names, trial.Case.Name)
	}
	return names
}

func accepted(*http.Request) (*http.Response, error) { return answer(202, `{"id":"1"}`), nil }

func TestTrialsComeInTheOrderOfTheirCases(t *testing.T) {
	for _, concurrency := range []int{-1, 0, 1, 2, 7, 64, 1000} {
		synctest.Test(t, func(t *testing.T) {
			var sent atomic.Int64
			// The later a request is sent, the earlier it is answered.
			transport := carrier(func(r *http.Request) (*http.Response, error) {
				time.Sleep(time.Hour / time.Duration(sent.Add(1)))
				return accepted(r)
			})
			d := newDriver(t, transport, clock.System{}, func(o *DriverOptions) {
				o.Concurrency = concurrency
				o.Sender = newSender(t, "http://a.test", transport, func(s *SenderOptions) { s.Timeout, s.Clock = 2*time.Hour, clock.System{} })
			})
			cases := singleCases(loadFixtures(t))
			trials := drive(t.Context(), d, cases)
			if len(trials) != len(cases) {
				t.Fatalf("%d trials of %d cases", len(trials), len(cases))
			}
			for i, trial := range trials {
				last, sent := trial.Last()
				if trial.Case.Name != cases[i].Name || !sent || last.Case != cases[i].Name || last.Status() != 202 {
					t.Fatalf("concurrency %d: trial %d is of case %s, exchange of %q, status %d", concurrency, i, trial.Case.Name, last.Case, last.Status())
				}
			}
		})
	}
}

func TestConcurrencyIsReachedAndNotExceeded(t *testing.T) {
	for _, concurrency := range []int{1, 3, 8, 40} {
		synctest.Test(t, func(t *testing.T) {
			var underWay, most atomic.Int64
			transport := carrier(func(r *http.Request) (*http.Response, error) {
				now := underWay.Add(1)
				defer underWay.Add(-1)
				for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
				}
				// Time moves on only when all that can be under way is.
				time.Sleep(time.Second)
				return accepted(r)
			})
			d := newDriver(t, transport, clock.System{}, func(o *DriverOptions) { o.Concurrency = concurrency })
			drive(t.Context(), d, singleCases(loadFixtures(t)))
			if most.Load() != int64(concurrency) {
				t.Errorf("at most %d requests were under way, want %d", most.Load(), concurrency)
			}
		})
	}
}

func TestEightAtATimeTakeAFifthOfTheTimeOfOne(t *testing.T) {
	took := map[int]time.Duration{}
	for _, concurrency := range []int{1, 8} {
		synctest.Test(t, func(t *testing.T) {
			transport := carrier(func(r *http.Request) (*http.Response, error) {
				time.Sleep(100 * time.Millisecond)
				return accepted(r)
			})
			d := newDriver(t, transport, clock.System{}, func(o *DriverOptions) { o.Concurrency = concurrency })
			begun := time.Now()
			drive(t.Context(), d, singleCases(loadFixtures(t)))
			took[concurrency] = time.Since(begun)
		})
	}
	if took[8] > took[1]/5 {
		t.Errorf("one at a time took %s, eight at a time %s", took[1], took[8])
	}
}

func BenchmarkDrive(b *testing.B) {
	transport := carrier(func(r *http.Request) (*http.Response, error) {
		time.Sleep(100 * time.Millisecond)
		return accepted(r)
	})
	cases := singleCases(loadFixtures(b))[:40]
	for _, concurrency := range []int{1, 8} {
		b.Run(fmt.Sprintf("concurrency=%d", concurrency), func(b *testing.B) {
			d := newDriver(b, transport, clock.System{}, func(o *DriverOptions) { o.Concurrency = concurrency })
			for b.Loop() {
				drive(b.Context(), d, cases)
			}
		})
	}
}

func TestEveryMissingCredentialIsNamed(t *testing.T) {
	set := loadFixtures(t)
	for _, missing := range set.Credentials {
		tokens := allTokens(set)
		delete(tokens, missing.Name)
		d := newDriver(t, carrier(accepted), clock.NewVirtual(epoch), func(o *DriverOptions) { o.Credentials = tokens })
		affected := 0
		for _, trial := range drive(t.Context(), d, singleCases(set)) {
			want := ""
			if trial.Case.Credential == missing.Name {
				want = "needs credentials." + missing.Name + " in the config"
				affected++
			}
			if trial.Unexercised != want || (len(trial.Exchanges) == 0) != (want != "") {
				t.Errorf("case %s without %s: %d exchanges, unexercised %q, want %q", trial.Case.Name, missing.Name, len(trial.Exchanges), trial.Unexercised, want)
			}
		}
		if affected == 0 && missing.Name != "throttled" {
			t.Errorf("no case needs %s", missing.Name)
		}
	}
}

func TestWhatTheConfigWithholdsIsNamed(t *testing.T) {
	tests := []struct {
		name    string
		change  func(*Plan)
		account string
		want    string
	}{
		{"consent", func(p *Plan) { p.Unlockable = "" }, fixtures.Unlockable, "accounts.unlockable"},
		{"a way to provoke a fault", func(p *Plan) { p.FaultAccount = "" }, fixtures.Fault, "provoke.internalFault"},
	}
	for _, test := range tests {
		d := newDriver(t, carrier(accepted), clock.NewVirtual(epoch), func(o *DriverOptions) { test.change(&o.Plan) })
		affected := 0
		for _, trial := range drive(t.Context(), d, singleCases(loadFixtures(t))) {
			account, _ := loadFixtures(t).Account(trial.Case.Account)
			if needed := trial.Case.Account == test.account || test.account == fixtures.Unlockable && account.Near != ""; !needed {
				if trial.Unexercised != "" {
					t.Errorf("without %s, case %s: %q", test.name, trial.Case.Name, trial.Unexercised)
				}
				continue
			}
			affected++
			if !strings.Contains(trial.Unexercised, test.want) || len(trial.Exchanges) != 0 {
				t.Errorf("without %s, case %s: unexercised %q, want %s", test.name, trial.Case.Name, trial.Unexercised, test.want)
			}
		}
		if affected == 0 {
			t.Errorf("no case needs %s", test.name)
		}
	}
}

func TestFaultHeadersAndBodyGoWithTheCasesOfTheFaultAlone(t *testing.T) {
	d := newDriver(t, carrier(accepted), clock.NewVirtual(epoch), func(o *DriverOptions) {
		o.Plan.FaultAccount, o.Plan.FaultHeaders, o.Plan.FaultBody = "", map[string]string{"Prefer": "code=500"}, "a body that fails"
		o.Plan.BurstHeaders = map[string]string{"Prefer": "code=429"}
	})
	for _, trial := range drive(t.Context(), d, singleCases(loadFixtures(t))) {
		last, _ := trial.Last()
		want := ""
		if trial.Case.Account == fixtures.Fault {
			want = "code=500"
			if string(last.Request.Body) != "a body that fails" {
				t.Errorf("case %s sent %s", trial.Case.Name, last.Request.Body)
			}
			if !strings.HasSuffix(last.Request.URL, "/accounts/0c3f9a71b2e84d5596a7f1e08d2b6c43/unlock") {
				t.Errorf("case %s went to %s", trial.Case.Name, last.Request.URL)
			}
		}
		if trial.Case.Account != fixtures.Fault && string(last.Request.Body) == "a body that fails" {
			t.Errorf("case %s sent the body that fails", trial.Case.Name)
		}
		if got := last.Request.Header.Get("Prefer"); got != want {
			t.Errorf("case %s: Prefer %q, want %q", trial.Case.Name, got, want)
		}
	}
}

func TestAnErrorOfACredentialIsTheReason(t *testing.T) {
	refused := refusing{"credentials.orgAdmin: the token endpoint gave no token: it is closed"}
	d := newDriver(t, carrier(accepted), clock.NewVirtual(epoch), func(o *DriverOptions) { o.Credentials = refused })
	c, _ := loadFixtures(t).Case("org-admin")
	if trials := drive(t.Context(), d, []fixtures.Case{c}); trials[0].Unexercised != refused.why {
		t.Errorf("unexercised %q", trials[0].Unexercised)
	}
}

type refusing struct{ why string }

func (r refusing) Token(context.Context, string) (string, error) { return "", fmt.Errorf("%s", r.why) }
func (r refusing) Has(string) bool                               { return true }

func TestAnInterruptedRunExercisesNoFurtherCase(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var sent atomic.Int64
	transport := carrier(func(r *http.Request) (*http.Response, error) {
		if sent.Add(1) == 10 {
			interrupt()
			return nil, r.Context().Err()
		}
		return accepted(r)
	})
	d := newDriver(t, transport, clock.NewVirtual(epoch), func(o *DriverOptions) { o.Concurrency = 1 })
	cases := singleCases(loadFixtures(t))
	trials := drive(ctx, d, cases)
	if len(trials) != len(cases) || sent.Load() != 10 {
		t.Fatalf("%d trials of %d cases, %d requests", len(trials), len(cases), sent.Load())
	}
	var exercised []string
	for i, trial := range trials {
		if _, has := trial.Last(); has != (i < 9) || (trial.Unexercised == "the run was interrupted") == has {
			t.Errorf("trial %d: %d exchanges, unexercised %q", i, len(trial.Exchanges), trial.Unexercised)
		}
		if trial.Unexercised == "" {
			exercised = append(exercised, trial.Case.Name)
		}
	}
	if !slices.Equal(exercised, named(trials[:9])) {
		t.Errorf("exercised %v", exercised)
	}
}
