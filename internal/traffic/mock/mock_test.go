package mock

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/contract"
	"conformance/internal/exchange"
	"conformance/internal/server"
	"conformance/internal/session"
)

// target is the base URL that the test's recordings were made at.
const target = "http://reference.test/v2025"

// recorded is an exchange with a credential, at so many seconds of the recording.
func recorded(seconds int, credential, account, body string, status int, answer string) exchange.Exchange {
	e := exchange.Exchange{
		Started: time.Duration(seconds) * time.Second, Duration: 3 * time.Second,
		Request: exchange.Request{Method: "POST", URL: target + "/accounts/" + account + "/unlock", Body: []byte(body),
			Header: http.Header{"Content-Type": {"application/json"}}},
		Response: &exchange.Response{Proto: "HTTP/1.1", Status: status, Body: []byte(answer),
			Header: http.Header{"Content-Type": {"application/json"}, "Content-Length": {strconv.Itoa(len(answer))}}},
	}
	if credential != "" {
		e.Credential = credential
		e.Request.Header.Set("Authorization", "Bearer <"+credential+">")
	}
	return e
}

// answering is a mock of a recording, served, and what it answers to requests.
type answering struct {
	*httptest.Server
	t *testing.T
	// form says that bodies are forms, and not JSON.
	form bool
}

func serve(t *testing.T, options Options, exchanges ...exchange.Exchange) answering {
	t.Helper()
	return serveRecording(t, options, session.NewRecording(session.Manifest{Target: target}, session.Cassette{Name: "202", Exchanges: exchanges}))
}

func serveRecording(t *testing.T, options Options, recording *session.Recording) answering {
	t.Helper()
	options.Operation = contract.Unlock
	m, err := New(recording, options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	return answering{Server: server, t: t}
}

// ask sends a request and returns the answer with its body.
func (a answering) ask(method, path, authorization, body string) (*http.Response, string) {
	a.t.Helper()
	request, err := http.NewRequestWithContext(a.t.Context(), method, a.URL+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if a.form {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := a.Client().Do(request)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return response, string(text)
}

// unlock is the status and body of the answer to a request of the operation.
func (a answering) unlock(account, authorization, body string) string {
	a.t.Helper()
	response, text := a.ask("POST", "/accounts/"+account+"/unlock", authorization, body)
	if response.StatusCode == http.StatusNotImplemented {
		return "501"
	}
	return strconv.Itoa(response.StatusCode) + " " + text
}

func TestSequencesAdvance(t *testing.T) {
	// Two cassettes, as a recording by statuses has them: the order is that of the times.
	two := func() *session.Recording {
		return session.NewRecording(session.Manifest{Target: target},
			session.Cassette{Name: "202", Exchanges: []exchange.Exchange{recorded(2, "me", "a", "{}", 202, "second")}},
			session.Cassette{Name: "429", Exchanges: []exchange.Exchange{recorded(1, "me", "a", "{}", 429, "first")}})
	}
	for _, test := range []struct {
		exhausted session.OnExhausted
		want      []string
	}{
		{session.ExhaustedLast, []string{"429 first", "202 second", "202 second", "202 second"}},
		{session.ExhaustedCycle, []string{"429 first", "202 second", "429 first", "202 second"}},
		{session.ExhaustedError, []string{"429 first", "202 second", "501", "501"}},
	} {
		t.Run(string(test.exhausted), func(t *testing.T) {
			a := serveRecording(t, Options{OnExhausted: test.exhausted}, two())
			var got []string
			for range test.want {
				got = append(got, a.unlock("a", "Bearer token", "{}"))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPathUnderAnyBase(t *testing.T) {
	full := recorded(1, "", "a", "{}", 202, "full")
	foreign := full
	foreign.Request.URL = "https://elsewhere.test/api/v3/accounts/a/unlock"
	for name, recording := range map[string]*session.Recording{
		"own":                 session.NewRecording(session.Manifest{Target: target}, session.Cassette{Name: "202", Exchanges: []exchange.Exchange{full}}),
		"base in the path":    session.NewRecording(session.Manifest{Target: "http://reference.test"}, session.Cassette{Name: "202", Exchanges: []exchange.Exchange{full}}),
		"cassette of other's": session.NewRecording(session.Manifest{}, session.Cassette{Name: "x", Exchanges: []exchange.Exchange{foreign}}),
	} {
		t.Run(name, func(t *testing.T) {
			a := serveRecording(t, Options{OnExhausted: session.ExhaustedLast}, recording)
			for _, base := range []string{"", "/v2025", "/beta", "/some/other/base"} {
				response, body := a.ask("POST", base+"/accounts/a/unlock", "", "{}")
				if response.StatusCode != 202 {
					t.Errorf("under %q: %d %s", base, response.StatusCode, body)
				}
			}
			if response, _ := a.ask("POST", "/v2025/people/a/unlock", "", "{}"); response.StatusCode != http.StatusNotImplemented {
				t.Errorf("another path is answered with %d", response.StatusCode)
			}
		})
	}
}

func TestStrictSequence(t *testing.T) {
	a := serve(t, Options{Sequence: true}, recorded(3, "me", "c", "{}", 202, "three"),
		recorded(1, "me", "a", "{}", 202, "one"), recorded(2, "you", "b", "{}", 403, "two"))
	steps := []struct{ account, authorization, want string }{
		{"b", "Bearer token", "501"}, // it is not b's turn
		{"a", "Bearer token", "202 one"},
		{"b", "Bearer me", "501"}, // the credential is known, and another
		{"b", "Bearer token", "403 two"},
		{"c", "Bearer me", "202 three"},
		{"a", "Bearer token", "501"}, // the end
	}
	for i, step := range steps {
		if got := a.unlock(step.account, step.authorization, "{}"); got != step.want {
			t.Errorf("step %d: %s, want %s", i+1, got, step.want)
		}
	}
	_, body := a.ask("POST", "/accounts/a/unlock", "Bearer token", "{}")
	a.ask("POST", "/__conformance/reset", "", "")
	if got := a.unlock("a", "Bearer token", "{}"); got != "202 one" {
		t.Errorf("after a reset: %s", got)
	}
	if !strings.Contains(body, "all 3 recorded interactions have been answered") {
		t.Errorf("the end is explained by %s", body)
	}
}

func TestUnmatched(t *testing.T) {
	const canary = "canary-token-0123456789"
	a := serve(t, Options{}, recorded(1, "orgAdmin", "a", `{"externalVerificationId":"x"}`, 202, "yes"))
	response, body := a.ask("POST", "/accounts/a/unlock", "Bearer "+canary, `{"externalVerificationId":"y"}`)
	if response.StatusCode != http.StatusNotImplemented || response.Header.Get("Content-Type") != "application/json" {
		t.Errorf("status %d, %v", response.StatusCode, response.Header)
	}
	var told server.Problem
	if err := json.Unmarshal([]byte(body), &told); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"interaction 1 of 202.yaml", `recorded "{\"externalVerificationId\":\"x\"}", sent "{\"externalVerificationId\":\"y\"}"`} {
		if !strings.Contains(told.Message, want) {
			t.Errorf("%q does not say %q", told.Message, want)
		}
	}
	_, listed := a.ask("GET", "/__conformance/unmatched", "", "")
	var list unmatchedList
	if err := json.Unmarshal([]byte(listed), &list); err != nil {
		t.Fatal(err)
	}
	if list.Total != 1 || len(list.Requests) != 1 || list.Requests[0].Message != told.Message ||
		list.Requests[0].Header["Authorization"][0] != "Bearer <credential-1>" {
		t.Errorf("listed as %s", listed)
	}
	if strings.Contains(listed+body, canary) {
		t.Errorf("a token comes out: %s%s", listed, body)
	}
}

// TestNoPartOfATokenComesOut: what differs is shown in part, and so is a token that stands in it.
func TestNoPartOfATokenComesOut(t *testing.T) {
	token := "canary-" + strings.Repeat("0123456789", 20)
	a := serve(t, Options{}, recorded(1, "orgAdmin", "a", "{}", 202, "yes"))
	_, body := a.ask("POST", "/accounts/"+token+"/unlock", "Bearer "+token, "{}")
	_, listed := a.ask("GET", "/__conformance/unmatched", "", "")
	if strings.Contains(listed+body, token[:20]) || !strings.Contains(body, "credential-1>…") {
		t.Errorf("%s\n%s", body, listed)
	}
}

func TestUnmatchedIsBounded(t *testing.T) {
	a := serve(t, Options{}, recorded(1, "", "a", "{}", 202, "yes"))
	long := strings.Repeat("x", 5000)
	const kept = 100 // as the help of the command says
	for i := range kept + 7 {
		a.unlock("b", "", strconv.Itoa(i)+long)
	}
	_, listed := a.ask("GET", "/__conformance/unmatched", "", "")
	var list unmatchedList
	if err := json.Unmarshal([]byte(listed), &list); err != nil {
		t.Fatal(err)
	}
	if list.Total != kept+7 || len(list.Requests) != kept || !strings.HasPrefix(list.Requests[0].Body, "7x") {
		t.Errorf("%d of %d kept, the first is %.10s", len(list.Requests), list.Total, list.Requests[0].Body)
	}
	if longest := len(list.Requests[0].Body); longest > longestShownBody {
		t.Errorf("a body of %d bytes is kept", longest)
	}
}

func TestAdmin(t *testing.T) {
	a := serve(t, Options{}, recorded(1, "", "a", "{}", 429, "one"), recorded(2, "me", "a", "{}", 202, "two"))
	a.unlock("a", "", "{}")
	a.unlock("a", "Bearer whatever", "{}")
	a.unlock("b", "", "{}")
	if _, body := a.ask("GET", "/__conformance/health", "", ""); body != `{"status":"ok","interactions":2,"answered":2,"unmatched":1}`+"\n" {
		t.Errorf("health is %s", body)
	}
	for _, test := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/__conformance/reset", 405}, {"POST", "/__conformance/health", 405}, {"GET", "/__conformance/other", 404},
		{"POST", "/__conformance/reset", 204},
	} {
		if response, _ := a.ask(test.method, test.path, "", ""); response.StatusCode != test.want {
			t.Errorf("%s %s: %d, want %d", test.method, test.path, response.StatusCode, test.want)
		}
	}
	if _, body := a.ask("GET", "/__conformance/health", "", ""); body != `{"status":"ok","interactions":2,"answered":0,"unmatched":0}`+"\n" {
		t.Errorf("health after the reset is %s", body)
	}
	for authorization, want := range map[string]string{"": "429 one", "Bearer whatever": "202 two"} {
		if got := a.unlock("a", authorization, "{}"); got != want {
			t.Errorf("after the reset the answer is %s, want %s", got, want)
		}
	}
}

func TestLargeRequestIsRefused(t *testing.T) {
	a := serve(t, Options{}, recorded(1, "", "a", "{}", 202, "one"))
	if response, body := a.ask("POST", "/accounts/a/unlock", "", strings.Repeat(" ", 16<<20)); response.StatusCode != http.StatusNotImplemented {
		t.Errorf("%d %.200s", response.StatusCode, body)
	}
	if response, body := a.ask("POST", "/accounts/a/unlock", "", strings.Repeat(" ", 16<<20+1)); response.StatusCode != http.StatusRequestEntityTooLarge ||
		body != `{"error":"request too large","message":"the request's body is larger than 16 MiB, the most that is looked up; send less"}`+"\n" {
		t.Errorf("%d %.200s", response.StatusCode, body)
	}
}

func TestNewRefuses(t *testing.T) {
	for says, test := range map[string]struct {
		options   Options
		recording *session.Recording
	}{
		"holds no interaction": {recording: session.NewRecording(session.Manifest{})},
		"--credential me: the recording has no request with that credential; expected one of another, other": {options: Options{Credential: "me"}, recording: session.NewRecording(session.Manifest{},
			session.Cassette{Name: "202", Exchanges: []exchange.Exchange{recorded(1, "other", "a", "{}", 202, ""), recorded(2, "another", "a", "{}", 202, "")}})},
		"no labels of bearer tokens": {options: Options{Credential: "me"}, recording: session.NewRecording(session.Manifest{},
			session.Cassette{Name: "202", Exchanges: []exchange.Exchange{recorded(1, "", "a", "{}", 202, "")}})},
	} {
		if _, err := New(test.recording, test.options); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %s", err, says)
		}
	}
}
