package reference

import (
	"strconv"
	"testing"
	"time"
)

// TestLimitIsTruthful spends a limit and holds the 429 to the wait that it names.
func TestLimitIsTruthful(t *testing.T) {
	tests := []struct {
		credential string
		limit      int
	}{
		{"throttled", throttledLimit},
		{"helpdesk", usualLimit},
	}
	for _, test := range tests {
		t.Run(test.credential, func(t *testing.T) {
			r, virtual := newReference(t, "")
			authorization := "Bearer " + r.Credentials()[test.credential]
			send := func() reply {
				return ask(r, request("POST", MissingAccount, "{}", "Authorization", authorization))
			}
			for i := range test.limit {
				if got := send(); got.Status != 404 {
					t.Fatalf("request %d: status %d, want 404", i+1, got.Status)
				}
			}
			refused := send()
			if refused.Status != 429 || refused.Body != `{"message":" Rate Limit Exceeded "}` {
				t.Fatalf("over the limit: status %d, body %s", refused.Status, refused.Body)
			}
			seconds, err := strconv.Atoi(refused.Header.Get("Retry-After"))
			if err != nil || seconds < 1 {
				t.Fatalf("Retry-After is %q, want whole seconds", refused.Header.Get("Retry-After"))
			}
			virtual.Advance(time.Duration(seconds) * time.Second)
			if got := send(); got.Status != 404 {
				t.Errorf("after the wait: status %d, want 404", got.Status)
			}
		})
	}
}

func TestLimitsAreBySubject(t *testing.T) {
	r, _ := newReference(t, "")
	credentials := r.Credentials()
	send := func(name string) int {
		return ask(r, request("POST", MissingAccount, "{}", "Authorization", "Bearer "+credentials[name])).Status
	}
	for range throttledLimit + 1 {
		send("throttled")
	}
	if got := send("throttled"); got != 429 {
		t.Errorf("throttled: status %d, want 429", got)
	}
	if got := send("orgAdmin"); got != 404 {
		t.Errorf("orgAdmin: status %d, want 404", got)
	}
}

func TestGates(t *testing.T) {
	tests := []struct {
		name string
		gate gate
		wait time.Duration
	}{
		{"bucket", newBuckets(10 * time.Second), 500 * time.Millisecond},
		{"window", newWindows(10 * time.Second), 10 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			now := noon
			pass := func() time.Duration { return test.gate.pass("a", 20, func() time.Time { return now }) }
			for i := range 20 {
				if wait := pass(); wait != 0 {
					t.Fatalf("request %d waits %s", i+1, wait)
				}
			}
			wait := pass()
			if wait != test.wait {
				t.Fatalf("wait %s, want %s", wait, test.wait)
			}
			now = now.Add(wait - time.Millisecond)
			if left := pass(); left <= 0 || left > 2*time.Millisecond {
				t.Errorf("a millisecond before the wait is over, %s are left", left)
			}
			now = now.Add(time.Millisecond)
			if left := pass(); left != 0 {
				t.Errorf("has to wait another %s when the wait is over", left)
			}
		})
	}
}

func TestGatesAreBounded(t *testing.T) {
	gates := map[string]gate{"bucket": newBuckets(window), "window": newWindows(window)}
	for name, gate := range gates {
		for i := range maxSubjects + 10 {
			gate.pass(strconv.Itoa(i), 5, func() time.Time { return noon })
		}
		kept := 0
		switch gate := gate.(type) {
		case *buckets:
			kept = len(gate.subjects)
		case *windows:
			kept = len(gate.subjects)
		}
		if kept > maxSubjects+1 {
			t.Errorf("%s: %d subjects are kept, want at most %d and a shared one", name, kept, maxSubjects)
		}
		if gate.pass("newcomer", 5, func() time.Time { return noon }) == 0 {
			t.Errorf("%s: the shared budget is not spent", name)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	tests := []struct {
		wait    time.Duration
		seconds string
		date    string
	}{
		{0, "1", "Fri, 17 May 2030 12:00:00 GMT"},
		{time.Nanosecond, "1", "Fri, 17 May 2030 12:00:01 GMT"},
		{500 * time.Millisecond, "1", "Fri, 17 May 2030 12:00:01 GMT"},
		{time.Second, "1", "Fri, 17 May 2030 12:00:01 GMT"},
		{time.Second + 1, "2", "Fri, 17 May 2030 12:00:02 GMT"},
		{90 * time.Second, "90", "Fri, 17 May 2030 12:01:30 GMT"},
	}
	for _, test := range tests {
		if got := wholeSeconds(noon, test.wait); got != test.seconds {
			t.Errorf("%s is %q seconds, want %q", test.wait, got, test.seconds)
		}
		if got := httpDate(noon, test.wait); got != test.date {
			t.Errorf("%s is until %q, want %q", test.wait, got, test.date)
		}
	}
}
