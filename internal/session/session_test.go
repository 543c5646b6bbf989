package session

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"conformance/internal/exchange"
)

const target = "http://recorded.example/v2025"

// answered is an exchange with what every test needs.
func answered(name string, attempt, status int) exchange.Exchange {
	return exchange.Exchange{
		Case:       name,
		Attempt:    attempt,
		Credential: "orgAdmin",
		Request: exchange.Request{
			Method: "POST",
			URL:    target + "/accounts/a1/unlock",
			Header: http.Header{"Authorization": {"Bearer <orgAdmin>"}, "Content-Type": {"application/json"}},
			Body:   []byte(`{"unlockIDNAccount":true}`),
		},
		Response: &exchange.Response{
			Proto:  "HTTP/1.1",
			Status: status,
			Header: http.Header{"Content-Type": {"application/json"}, "Content-Length": {"13"}},
			Body:   fmt.Appendf(nil, `{"id":"%05d"}`, attempt),
		},
		Started:  time.Duration(attempt) * time.Second,
		Duration: 1500 * time.Microsecond,
	}
}

// run is a session like those of real runs: seven paths, failures, retries.
func run(interactions int) map[string][]exchange.Exchange {
	paths := []string{"202", "400", "401", "403", "404", "429", "500"}
	session := map[string][]exchange.Exchange{}
	for i := range interactions {
		path := paths[i%len(paths)]
		e := answered(fmt.Sprintf("case-%d", i), 1, 200+i%300)
		e.Request.URL = fmt.Sprintf("%s/accounts/account%%2F%d/unlock", target, i)
		e.Response.Body = fmt.Appendf(nil,
			`{"detailCode":"400.1 Bad Request Content","trackingId":"%032d","messages":[{"locale":"en-US","localeOrigin":"DEFAULT","text":"it's %d"}]}`, i, i)
		if i%20 == 1 {
			e.Response = nil
			e.Failure = &exchange.Failure{Kind: exchange.UnknownHost, Message: "the host is not known; check target.url"}
		}
		if i%20 == 2 {
			e.Failure = &exchange.Failure{Kind: exchange.Truncated, Message: "the body ended early"}
		}
		session[path] = append(session[path], e)
	}
	return session
}

func manifest() Manifest {
	return Manifest{
		Tool:     "test",
		Recorded: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
		Target:   target,
	}
}

// record writes a whole session.
func record(t testing.TB, dir string, session map[string][]exchange.Exchange) {
	t.Helper()
	writer, err := Create(dir, manifest())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range slices.Sorted(maps.Keys(session)) {
		for _, e := range session[path] {
			if err := writer.Append(path, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
}

// loaded is a recording with all of its exchanges decoded.
type loaded struct {
	*Recording
	Cassettes []Cassette
}

// Exchanges are those of all cassettes, in order.
func (l loaded) Exchanges() []exchange.Exchange {
	var all []exchange.Exchange
	for _, cassette := range l.Cassettes {
		all = append(all, cassette.Exchanges...)
	}
	return all
}

// open reads what must be readable.
func open(t testing.TB, path string) loaded {
	t.Helper()
	recording, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { recording.Close() })
	all := loaded{Recording: recording}
	for item := range recording.Items() {
		e, err := item.Exchange()
		if err != nil {
			t.Fatal(err)
		}
		if last := len(all.Cassettes) - 1; last < 0 || all.Cassettes[last].Name != item.Cassette {
			all.Cassettes = append(all.Cassettes, Cassette{Name: item.Cassette})
		}
		cassette := &all.Cassettes[len(all.Cassettes)-1]
		cassette.Exchanges = append(cassette.Exchanges, e)
	}
	return all
}

// write makes a file with its folder.
func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// files are the names and texts of a folder.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[entry.Name()] = string(text)
	}
	return all
}

func mustContain(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q lacks %q", text, part)
		}
	}
}

// same compares exchanges; nothing and an empty body or header are the same.
func same(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
