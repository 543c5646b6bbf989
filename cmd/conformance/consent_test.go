package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"conformance/internal/clock"
	"conformance/internal/outcome"
	"conformance/internal/reference"
)

// counted is the reference implementation, and a count of what it accepted and of the accounts
// that it was asked for.
type counted struct {
	next     http.Handler
	mutex    sync.Mutex
	accepted map[string]int
	asked    map[string]int
}

func (c *counted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	recorder := httptest.NewRecorder()
	c.next.ServeHTTP(recorder, r)
	account := strings.TrimSuffix(strings.TrimPrefix(r.URL.EscapedPath(), "/accounts/"), "/unlock")
	c.mutex.Lock()
	c.asked[account]++
	if recorder.Code == http.StatusAccepted {
		c.accepted[account]++
	}
	c.mutex.Unlock()
	for name, values := range recorder.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(recorder.Body.Bytes())
}

// TestConsent runs against a server that counts: without consent not one unlock is asked for that
// it could accept, with consent none of another account, and never with a credential alone.
func TestConsent(t *testing.T) {
	implementation, err := reference.New(reference.Options{Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^  unlockable: .*\n`)
	for _, test := range []struct {
		name      string
		consented bool
		code      int
	}{
		{"with consent", true, outcome.ExitConformant},
		{"without consent", false, outcome.ExitNoVerdict},
	} {
		t.Run(test.name, func(t *testing.T) {
			count := &counted{next: implementation, accepted: map[string]int{}, asked: map[string]int{}}
			server := httptest.NewServer(count)
			defer server.Close()
			dir := t.TempDir()
			config := string(implementation.Config(server.URL))
			if !test.consented {
				if !line.MatchString(config) {
					t.Fatalf("the config has no line to take out:\n%s", config)
				}
				config = line.ReplaceAllString(config, "")
			}
			writeFile(t, dir, "conformance.yaml", config)
			r := conformance(t, dir, nil, "run", "--config", "conformance.yaml")
			if r.code != test.code {
				t.Errorf("exit %d, expected %d\n%s%s", r.code, test.code, r.stdout, r.stderr)
			}
			if len(count.asked) == 0 {
				t.Error("nothing was asked for")
			}
			for account, times := range count.accepted {
				if !test.consented || account != reference.UnlockableAccount {
					t.Errorf("%d unlocks of the account %q were accepted", times, account)
				}
			}
			if test.consented && count.accepted[reference.UnlockableAccount] == 0 {
				t.Error("with consent no unlock was accepted")
			}
		})
	}
}
