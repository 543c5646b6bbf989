package target

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"conformance/fixtures"
	"conformance/internal/clock"
	"conformance/internal/reference"
)

// visits counts what a right server is asked for, and what it answers, by the account's segment.
type visits struct {
	next     http.Handler
	mutex    sync.Mutex
	asked    map[string]int
	accepted map[string]int
}

func (v *visits) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	recorder := httptest.NewRecorder()
	v.next.ServeHTTP(recorder, r)
	segment := strings.TrimSuffix(strings.TrimPrefix(r.URL.EscapedPath(), "/accounts/"), "/unlock")
	v.mutex.Lock()
	defer v.mutex.Unlock()
	v.asked[segment]++
	if recorder.Code == http.StatusAccepted {
		v.accepted[segment]++
	}
	for name, values := range recorder.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(recorder.Code)
	w.Write(recorder.Body.Bytes())
}

// visit drives every case there is, the burst too, against the reference.
func visit(t *testing.T, change func(*Plan)) *visits {
	t.Helper()
	virtual := clock.NewVirtual(epoch)
	implementation, err := reference.New(reference.Options{Clock: virtual, Seed: "consent"})
	if err != nil {
		t.Fatal(err)
	}
	v := &visits{next: implementation, asked: map[string]int{}, accepted: map[string]int{}}
	server := httptest.NewServer(v)
	defer server.Close()
	set := loadFixtures(t)
	d := newDriver(t, nil, virtual, func(o *DriverOptions) {
		o.Sender = newSender(t, server.URL, newTransport(t), func(s *SenderOptions) { s.Clock = virtual })
		o.Credentials = Tokens(implementation.Credentials())
		o.Plan.Unlockable, o.Plan.Missing, o.Plan.FaultAccount = reference.UnlockableAccount, reference.MissingAccount, reference.FaultAccount
		change(&o.Plan)
	})
	drive(t.Context(), d, singleCases(set))
	limit := provoke(t.Context(), d, set)
	if len(limit.After.Exchanges) != 1 {
		t.Fatalf("the burst was not driven to its end: %q", limit.After.Unexercised)
	}
	return v
}

func TestWithoutConsentNothingIsUnlocked(t *testing.T) {
	v := visit(t, func(p *Plan) { p.Unlockable = "" })
	allowed := map[string]bool{reference.MissingAccount: true, reference.FaultAccount: true}
	for _, account := range loadFixtures(t).Accounts {
		if !account.Role && account.Near == "" {
			allowed[account.Segment] = true
		}
	}
	faults := 0
	for _, c := range singleCases(loadFixtures(t)) {
		if c.Account == fixtures.Fault {
			faults++
		}
	}
	if v.asked[reference.FaultAccount] != faults {
		t.Errorf("%d requests for the account that provokes a fault, want %d", v.asked[reference.FaultAccount], faults)
	}
	for segment, n := range v.asked {
		if !allowed[segment] {
			t.Errorf("%d requests for the account %s", n, segment)
		}
	}
	if len(v.accepted) != 0 {
		t.Errorf("unlocked without consent: %v", v.accepted)
	}
	if len(v.asked) != len(allowed) {
		t.Errorf("asked for %d accounts, want %d: %v", len(v.asked), len(allowed), v.asked)
	}
}

func TestWithConsentOnlyTheUnlockableAccountIsUnlocked(t *testing.T) {
	v := visit(t, func(*Plan) {})
	if len(v.accepted) != 1 || v.accepted[reference.UnlockableAccount] == 0 {
		t.Errorf("unlocked: %v", v.accepted)
	}
	for _, segment := range []string{reference.MissingAccount, reference.FaultAccount, reference.UnlockableAccount} {
		if v.asked[segment] == 0 {
			t.Errorf("no request for the account %s", segment)
		}
	}
}

func TestTheBurstNeverGoesToTheUnlockableAccount(t *testing.T) {
	path, _ := loadFixtures(t).Path("429")
	for _, c := range path.Cases {
		if c.Account != fixtures.Missing || c.Credential != "throttled" {
			t.Errorf("case %s: account %s, credential %s", c.Name, c.Account, c.Credential)
		}
	}
}
