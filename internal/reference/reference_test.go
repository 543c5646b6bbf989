package reference

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/fixtures"
)

// TestCases holds the reference to the statuses that the fixtures expect.
func TestCases(t *testing.T) {
	set, cases := fixtureCases(t)
	replies := runCases(t, set, cases, "")
	for _, c := range cases {
		for i, got := range replies[c.Name] {
			if !slices.Contains(c.Expect, got.Status) {
				t.Errorf("%s, request %d: status %d, want one of %v\n%s", c.Name, i+1, got.Status, c.Expect, got.Body)
			}
		}
	}
}

// id stands for every id in a body that is compared.
var id = regexp.MustCompile(`"[0-9a-f]{32}"`)

func TestAnswers(t *testing.T) {
	tests := []struct {
		name       string
		segment    string
		credential string
		body       string
		status     int
		want       string
	}{
		{"accepted", UnlockableAccount, "helpdesk", `{}`, 202, `{"id":"ID"}`},
		{"bad request", UnlockableAccount, "helpdesk", `{"unlockIDNAccount":1,"forceProvisioning":"x"}`, 400,
			`{"detailCode":"400.1 Bad Request Content","trackingId":"ID","messages":[{"locale":"en-US","localeOrigin":"DEFAULT",` +
				`"text":"The request was syntactically correct but its content is semantically invalid."}],"causes":[` +
				`{"locale":"en-US","localeOrigin":"DEFAULT","text":"The field unlockIDNAccount must be true or false."},` +
				`{"locale":"en-US","localeOrigin":"DEFAULT","text":"The field forceProvisioning must be true or false."}]}`},
		{"expired", UnlockableAccount, "expired", `{}`, 401, `{"error":"JWT validation failed: JWT is expired"}`},
		{"forbidden", UnlockableAccount, "unprivileged", `{}`, 403,
			`{"detailCode":"403 Forbidden","trackingId":"ID","messages":[{"locale":"en-US","localeOrigin":"DEFAULT",` +
				`"text":"The server understood the request but refuses to authorize it."}]}`},
		{"not found", MissingAccount, "helpdesk", `{}`, 404,
			`{"detailCode":"404 Not found","trackingId":"ID","messages":[{"locale":"en-US","localeOrigin":"DEFAULT",` +
				`"text":"The server did not find a current representation for the target resource."}]}`},
		{"internal fault", FaultAccount, "helpdesk", `{}`, 500,
			`{"detailCode":"500.0 Internal Fault","trackingId":"ID","messages":[{"locale":"en-US","localeOrigin":"DEFAULT",` +
				`"text":"An internal fault occurred."}]}`},
	}
	r, _ := newReference(t, "")
	credentials := r.Credentials()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := ask(r, request("POST", test.segment, test.body, "Authorization", "Bearer "+credentials[test.credential]))
			if got.Status != test.status {
				t.Errorf("status %d, want %d", got.Status, test.status)
			}
			if diff := cmp.Diff(test.want, id.ReplaceAllString(got.Body, `"ID"`)); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
			if date := got.Header.Get("Date"); date != "Fri, 17 May 2030 12:00:00 GMT" {
				t.Errorf("Date is %q, not the clock's", date)
			}
		})
	}
}

func TestPaths(t *testing.T) {
	r, err := New(Options{Seed: "test", BasePath: "/v2025/"})
	if err != nil {
		t.Fatal(err)
	}
	token := r.Credentials()["orgAdmin"]
	tests := []struct {
		method, path string
		status       int
		allow        string
	}{
		{"POST", "/v2025/accounts/" + UnlockableAccount + "/unlock", 202, ""},
		{"POST", "/v2025/accounts/%65f38f94347e94562b5bb8424a56397d8/unlock", 202, ""},
		{"POST", "/v2025/accounts/" + UnlockableAccount + "/unlock/", 404, ""},
		{"POST", "/v2025/accounts//unlock", 404, ""},
		{"POST", "/v2025//accounts/" + UnlockableAccount + "/unlock", 404, ""},
		{"POST", "/v2025/accounts/x/../" + UnlockableAccount + "/unlock", 404, ""},
		{"POST", "/v2025/accounts/x%2F..%2F" + UnlockableAccount + "/unlock", 404, ""},
		{"POST", "/accounts/" + UnlockableAccount + "/unlock", 404, ""},
		{"POST", "/v2025/accounts/unlock", 404, ""},
		{"POST", "/", 404, ""},
		{"GET", "/v2025/accounts//unlock", 404, ""},
		{"GET", "/v2025/accounts/a/b/unlock", 404, ""},
		{"GET", "/v2025/accounts/" + UnlockableAccount + "/unlock", 405, "POST"},
		{"OPTIONS", "/v2025/accounts/" + UnlockableAccount + "/unlock", 405, "POST"},
	}
	for _, test := range tests {
		made := httptest.NewRequest(test.method, test.path, strings.NewReader("{}"))
		made.Header.Set("Content-Type", "application/json")
		made.Header.Set("Authorization", "Bearer "+token)
		got := ask(r, made)
		if got.Status != test.status || got.Header.Get("Allow") != test.allow {
			t.Errorf("%s %s: status %d, Allow %q; want %d, %q",
				test.method, test.path, got.Status, got.Header.Get("Allow"), test.status, test.allow)
		}
		if !json.Valid([]byte(got.Body)) {
			t.Errorf("%s %s: the body is not JSON: %s", test.method, test.path, got.Body)
		}
	}
}

// TestRunsWithASeedAreTheSame sends all cases at once, twice, in no order.
func TestRunsWithASeedAreTheSame(t *testing.T) {
	set, all := fixtureCases(t)
	cases := slices.DeleteFunc(all, func(c fixtures.Case) bool { return c.Path == "429" })
	run := func() map[string]reply {
		r, _ := newReference(t, "")
		credentials := r.Credentials()
		var mutex sync.Mutex
		var sending sync.WaitGroup
		replies := map[string]reply{}
		for _, c := range cases {
			made := caseRequest(t, set, c, credentials)
			sending.Go(func() {
				got := ask(r, made)
				mutex.Lock()
				defer mutex.Unlock()
				replies[c.Name] = got
			})
		}
		sending.Wait()
		// Two cases send one and the same request; which is the first is left to chance.
		delete(replies, "internal-fault-again")
		delete(replies, "internal-fault")
		return replies
	}
	if diff := cmp.Diff(run(), run()); diff != "" {
		t.Errorf("two runs differ (-first +second):\n%s", diff)
	}
}

func TestWithoutASeedNothingRepeats(t *testing.T) {
	seen := map[string]bool{}
	for range 2 {
		r, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		token := r.Credentials()["orgAdmin"]
		for range 2 {
			got := ask(r, request("POST", UnlockableAccount, "{}", "Authorization", "Bearer "+token))
			if got.Status != http.StatusAccepted || seen[got.Body] {
				t.Errorf("status %d, body %s; want a new task", got.Status, got.Body)
			}
			seen[got.Body] = true
		}
		if seen[token] {
			t.Error("two servers have the same token")
		}
		seen[token] = true
	}
}

func TestBodyLimits(t *testing.T) {
	r, _ := newReference(t, "")
	authorization := "Bearer " + r.Credentials()["orgAdmin"]
	filled := func(length int) string {
		const frame = `{"comment":""}`
		return `{"comment":"` + strings.Repeat("x", length-len(frame)) + `"}`
	}
	for length, want := range map[int]int{maxBody: 202, maxBody + 1: 400, 4 * maxBody: 400} {
		got := ask(r, request("POST", UnlockableAccount, filled(length), "Authorization", authorization))
		if got.Status != want || strings.Contains(got.Body, "longer than 65536 bytes") != (want == 400) {
			t.Errorf("body of %d bytes: status %d, body %s; want %d", length, got.Status, got.Body, want)
		}
	}
}
