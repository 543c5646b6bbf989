package verify

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"conformance/internal/clock"
	"conformance/internal/exchange"
	"conformance/internal/redact"
	"conformance/internal/reference"
	"conformance/internal/session"
)

const shipped = "../../../cassettes/reference"

// TestEveryVisibleFaultIsFound sends the recorded requests to the reference with each fault whose
// requirement is judged by looking at answers, and verifies what comes back.
func TestEveryVisibleFaultIsFound(t *testing.T) {
	all := shippedExchanges(t)
	some := someOf(all)
	found := 0
	for _, fault := range reference.Faults() {
		if !rules[fault.Requirement] {
			continue
		}
		found++
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			r := verified(t, Options{Paths: []string{resent(t, some, fault.Name)}, Strict: true})
			if find(t, r, fault.Requirement).Broken == 0 {
				r = verified(t, Options{Paths: []string{resent(t, all, fault.Name)}, Strict: true})
			}
			if got := find(t, r, fault.Requirement); got.Broken == 0 || !r.Breaks(got) || len(got.Examples) == 0 {
				t.Errorf("%s is not found broken: held %d, doubtful %d; %s", fault.Requirement, got.Held, got.Doubtful, fault.About)
			}
			if r.ExitCode != 1 {
				t.Errorf("exit %d", r.ExitCode)
			}
		})
	}
	if found < 50 {
		t.Errorf("only %d faults are visible in traffic", found)
	}
}

// No legal variant is blamed, strict as may be.
func TestNoLegalVariantIsBlamed(t *testing.T) {
	recorded := someOf(shippedExchanges(t))
	for _, fault := range reference.Faults() {
		if !fault.Legal {
			continue
		}
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			r := verified(t, Options{Paths: []string{resent(t, recorded, fault.Name)}, Strict: true})
			for _, found := range r.Requirements {
				if r.Breaks(found) {
					t.Errorf("%s: %s %+v", found.ID, found.Message, found.Examples[0].Violation)
				}
			}
		})
	}
}

func shippedExchanges(t testing.TB) []exchange.Exchange {
	t.Helper()
	recording, err := session.Open(filepath.FromSlash(shipped))
	if err != nil {
		t.Fatal(err)
	}
	exchanges, err := recording.Exchanges()
	if err != nil {
		t.Fatal(err)
	}
	return exchanges
}

// someOf are some exchanges of each status, method and language, and all of the burst: enough for
// most faults to show.
func someOf(exchanges []exchange.Exchange) []exchange.Exchange {
	const enough = 6
	var some []exchange.Exchange
	taken := map[string]int{}
	for _, e := range exchanges {
		kind := e.Request.Method + e.Request.Header.Get("Accept-Language") + strconv.Itoa(e.Status())
		if taken[kind]++; taken[kind] <= enough || e.Credential == "throttled" {
			some = append(some, e)
		}
	}
	return some
}

// resent sends recorded requests to the reference with a fault, and records the answers into a
// session.
func resent(t *testing.T, recorded []exchange.Exchange, fault string) string {
	t.Helper()
	now := clock.NewVirtual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	implementation, err := reference.New(reference.Options{Clock: now, Fault: fault})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(implementation)
	defer server.Close()
	tokens := implementation.Credentials()
	secrets := &redact.Secrets{}
	for name, token := range tokens {
		secrets.Add(token, redact.Label(name))
	}
	var answered []exchange.Exchange
	for _, e := range recorded {
		if e.Credential != "throttled" {
			now.Advance(time.Second) // within the rate limit
		}
		answered = append(answered, resend(t, server, tokens, secrets, e))
	}
	return written(t, answered...)
}

func resend(t *testing.T, server *httptest.Server, tokens map[string]string, secrets *redact.Secrets, e exchange.Exchange) exchange.Exchange {
	t.Helper()
	path := strings.TrimPrefix(e.Request.URL, "http://reference.test")
	request, err := http.NewRequestWithContext(t.Context(), e.Request.Method, server.URL+path, bytes.NewReader(e.Request.Body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range e.Request.Header {
		for _, value := range values {
			for label, token := range tokens {
				value = strings.ReplaceAll(value, redact.Label(label), token)
			}
			request.Header.Add(name, value)
		}
	}
	e.Response, e.Failure = nil, nil
	transport := server.Client().Transport.(*http.Transport)
	transport.DisableCompression = true // or net/http undoes the coding
	response, err := transport.RoundTrip(request)
	if err != nil {
		e.Failure = &exchange.Failure{Kind: exchange.UnknownFailure, Message: "no answer"}
		return e
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		e.Failure = &exchange.Failure{Kind: exchange.Truncated, Message: "the answer breaks off"}
	}
	header, body := secrets.Answer(response.Header, body, e.Credential)
	e.Response = &exchange.Response{
		Proto: response.Proto, Status: response.StatusCode, Uncompressed: response.Uncompressed,
		Header: header, Body: body,
	}
	return e
}

// written is a session of these exchanges.
func written(t testing.TB, exchanges ...exchange.Exchange) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "session")
	writer, err := session.Create(dir, session.Manifest{Recorded: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
		session.WithSync(session.SyncNone, clock.System{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range exchanges {
		if err := writer.Append("traffic", e); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func verified(t testing.TB, options Options) *Report {
	t.Helper()
	if options.Now == nil {
		now := time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC)
		options.Now = func() time.Time { return now }
	}
	r, err := Verify(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func find(t testing.TB, r *Report, id string) Requirement {
	t.Helper()
	for _, found := range r.Requirements {
		if found.ID == id {
			return found
		}
	}
	t.Fatalf("there is no %s", id)
	return Requirement{}
}
