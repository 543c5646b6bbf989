package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/reference"
)

// repeated is a cassette in which one request has two answers, a second apart.
const repeated = `---
version: 2
interactions:
  - id: 0
    request: {method: GET, url: "http://h/a", headers: {Authorization: [Bearer <somebody>]}}
    response: {status: 200 OK, code: 200, body: one}
  - id: 1
    request: {method: GET, url: "http://h/a", headers: {Authorization: [Bearer <somebody>]}}
    response: {status: 200 OK, code: 200, body: two}
  - id: 2
    request: {method: GET, url: "http://h/b", headers: {Authorization: [Bearer <somebody>]}}
    response: {status: 200 OK, code: 200, body: three}
  - id: 3
    request: {method: GET, url: "http://h/c", headers: {Authorization: [Bearer <orgAdmin>]}}
    response: {status: 200 OK, code: 200, body: administrator}
  - id: 4
    request: {method: GET, url: "http://h/c", headers: {Authorization: [Bearer <helpdesk>]}}
    response: {status: 200 OK, code: 200, body: desk}
  - id: 5
    request: {method: GET, url: "http://h/d", headers: {Authorization: [Bearer <helpdesk>]}}
    response: {status: 200 OK, code: 200, body: desk}
`

// TestMockFlags: what a mock answers to the same request again and again.
func TestMockFlags(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "repeated.yaml", repeated)
	for _, test := range []struct {
		flags string
		want  []string
	}{
		{"", []string{"a one", "a two", "a two", "b three"}},
		{"--on-exhausted last", []string{"a one", "a two", "a two", "b three"}},
		{"--on-exhausted cycle", []string{"a one", "a two", "a one", "b three"}},
		{"--loop", []string{"a one", "a two", "a one", "b three"}},
		{"--on-exhausted error", []string{"a one", "a two", "a 501", "b three"}},
		{"--sequence", []string{"b 501", "a one", "b 501", "a two", "a 501", "b three"}},
	} {
		m := startServer(t, dir, append([]string{"mock", "repeated.yaml"}, strings.Fields(test.flags)...)...)
		var got []string
		for _, step := range test.want {
			got = append(got, step[:1]+" "+get(t, m.url+"/"+step[:1], "Bearer somebody"))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, want %q", test.flags, got, test.want)
		}
		m.stop(t)
	}
	for flags, want := range map[string]string{"": "501", "--ignore-credentials": "three"} {
		m := startServer(t, dir, append([]string{"mock", "repeated.yaml"}, strings.Fields(flags)...)...)
		if got := get(t, m.url+"/b", ""); got != want {
			t.Errorf("%q: without a credential %s, want %s", flags, got, want)
		}
		m.stop(t)
	}
}

// TestMockCredentials: whom a token stands for.
func TestMockCredentials(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "repeated.yaml", repeated)
	writeFile(t, dir, "conformance.yaml", "credentials: {orgAdmin: {token: token-of-the-config}}\n")
	for flags, want := range map[string][2]string{
		"":                          {"desk", "desk"},
		"--config conformance.yaml": {"administrator", "desk"},
		"--credential orgAdmin":     {"administrator", "administrator"},
	} {
		m := startServer(t, dir, append([]string{"mock", "repeated.yaml"}, strings.Fields(flags)...)...)
		if got := [2]string{get(t, m.url+"/c", "Bearer token-of-the-config"), get(t, m.url+"/c", "Bearer another")}; got != want {
			t.Errorf("%q: %q, want %q", flags, got, want)
		}
		m.stop(t)
	}
}

// TestMockLatency: an answer that took long takes long again, if that is wanted.
func TestMockLatency(t *testing.T) {
	dir := t.TempDir()
	slow := heldExchange()
	slow.Failure, slow.Response, slow.Duration = nil, &exchange.Response{Status: http.StatusAccepted}, time.Hour
	m := startServer(t, dir, "mock", recordSession(t, dir, slow), "--latency", "recorded")
	ctx, cancel := context.WithCancel(t.Context())
	answered := make(chan error)
	go func() {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, m.url+"/accounts/"+reference.UnlockableAccount+"/unlock", strings.NewReader("{}"))
		if err == nil {
			request.Header.Set("Authorization", "Bearer orgAdmin")
			var response *http.Response
			if response, err = http.DefaultClient.Do(request); err == nil {
				response.Body.Close()
			}
		}
		answered <- err
	}()
	for begun := false; !begun; {
		begun = strings.Contains(get(t, m.url+"/__conformance/health", ""), `"answered":1`)
	}
	cancel()
	if err := <-answered; !errors.Is(err, context.Canceled) {
		t.Errorf("it was answered: %v", err)
	}
	m.stop(t)
}

// TestMockWarns of a recording that broke off, and plays the rest.
func TestMockWarns(t *testing.T) {
	dir := t.TempDir()
	folder := recordSession(t, dir, heldExchange())
	file := filepath.Join(folder, "202.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, folder, "202.yaml", string(text)+"  - id: 1\n    request:\n")
	m := startServer(t, dir, "mock", folder)
	if err := m.command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if left := m.wait(); left.code != outcome.ExitConformant || strings.Count(left.stderr, "\n") != 1 || !strings.Contains(left.stderr, "202.yaml") {
		t.Errorf("exit %d\n%s", left.code, left.stderr)
	}
}

// get is the body of an answer with 200, or else its status.
func get(t *testing.T, url, authorization string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		return response.Status[:3]
	}
	return string(text)
}

// TestRunSays: as much as is asked for.
func TestRunSays(t *testing.T) {
	dir := t.TempDir()
	r := conformance(t, dir, nil, "run", "--quiet", "--fault", faultForReplay, "--report", "json=earlier.json")
	if r.code != outcome.ExitNonconformant || strings.Count(r.stdout, "\n") != 1 || !strings.HasPrefix(r.stdout, "NONCONFORMANT") || r.stderr != "" {
		t.Errorf("quiet: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	for flags, bodies := range map[string]bool{"-v": false, "-vv": true} {
		r := conformance(t, dir, nil, "run", "--filter", "404", flags)
		if !strings.Contains(r.stderr, "/accounts/") || strings.Contains(r.stderr, `"detailCode"`) != bodies || strings.Contains(r.stderr, "eyJ") {
			t.Errorf("%s: exit %d\n%.2000s", flags, r.code, r.stderr)
		}
	}
	for _, test := range []struct {
		arguments string
		code      int
		says      string
	}{
		{"--compare-to earlier.json", outcome.ExitConformant, "Newly passing"},
		{"", outcome.ExitConformant, ""},
		{"--compare-to nowhere.json", outcome.ExitUsage, "nowhere.json"},
	} {
		os.Remove(filepath.Join(dir, "new.html"))
		r := conformance(t, dir, nil, append([]string{"run", "--report", "html=new.html"}, strings.Fields(test.arguments)...)...)
		page, _ := os.ReadFile(filepath.Join(dir, "new.html")) // there is none of a wrong call
		if r.code != test.code || !strings.Contains(string(page)+r.stderr, test.says) || test.says == "" && strings.Contains(string(page), "Newly passing") {
			t.Errorf("%q: exit %d\n%s%s", test.arguments, r.code, r.stdout, r.stderr)
		}
	}
}

// TestShardOfTheEnvironment: what a CI system tells a job is what verify and replay go by, too.
func TestShardOfTheEnvironment(t *testing.T) {
	environment := []string{"CIRCLE_NODE_INDEX=1", "CIRCLE_NODE_TOTAL=3"}
	if r := conformance(t, t.TempDir(), environment, "verify", shippedPath(t), "--shard", "auto"); !strings.Contains(r.stdout, "part 2/3") {
		t.Errorf("verify: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	if r := conformance(t, t.TempDir(), nil, "verify", shippedPath(t), "--shard", "auto"); r.code != outcome.ExitUsage || !strings.Contains(r.stderr, "--shard auto: none of") {
		t.Errorf("verify: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	if r := conformance(t, t.TempDir(), environment[:1], "run", "--shard", "auto"); r.code != outcome.ExitUsage || !strings.Contains(r.stderr, "CIRCLE_NODE_TOTAL") {
		t.Errorf("run: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
}
