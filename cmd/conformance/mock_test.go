package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"conformance/internal/clock"
	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/reference"
	"conformance/internal/session"
)

// shippedSession is the session that the project ships.
const shippedSession = "../../cassettes/reference"

// shippedPath is that session's path from anywhere.
func shippedPath(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(shippedSession)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// post sends a request of the operation and returns the status and body of the answer.
func post(t *testing.T, client *http.Client, address, token, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "POST", address+"/accounts/"+reference.UnlockableAccount+"/unlock", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// recordSession writes a session of these exchanges.
func recordSession(t *testing.T, dir string, exchanges ...exchange.Exchange) (folder string) {
	t.Helper()
	folder = filepath.Join(dir, "session")
	writer, err := session.Create(folder, session.Manifest{Recorded: time.Unix(0, 0), Target: "http://reference.test"}, session.WithSync(session.SyncNone, clock.System{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range exchanges {
		if err := writer.Append("202", e); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return folder
}

// heldExchange is a request that was never answered.
func heldExchange() exchange.Exchange {
	return exchange.Exchange{
		Request: exchange.Request{Method: "POST", URL: "http://reference.test/accounts/" + reference.UnlockableAccount + "/unlock", Body: []byte("{}"),
			Header: http.Header{"Authorization": {"Bearer <orgAdmin>"}}},
		Failure: &exchange.Failure{Kind: exchange.Timeout, Message: "no answer"},
	}
}

// TestMockAnswersWhatIsShipped as anybody would try it: with a token that nobody recorded.
func TestMockAnswersWhatIsShipped(t *testing.T) {
	m := startServer(t, t.TempDir(), "mock", shippedPath(t))
	for token, want := range map[string]int{"a-real-token": 202, "expired": 401, "unprivileged": 403, "<orgAdmin>": 202} {
		if status, body := post(t, http.DefaultClient, m.url, token, "{ }"); status != want {
			t.Errorf("%s: %d %s, want %d", token, status, body, want)
		}
	}
	if status, body := post(t, http.DefaultClient, m.url, "a-real-token", `{"nobody":"recorded this"}`); status != 501 || !strings.Contains(body, "nearest is") {
		t.Errorf("%d %s", status, body)
	}
	m.stop(t)
}

// TestMockStops: a signal ends it at once, also while it holds a request.
func TestMockStops(t *testing.T) {
	dir := t.TempDir()
	folder := recordSession(t, dir, heldExchange())
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		m := startServer(t, dir, "mock", folder)
		connection, err := net.Dial("tcp", strings.TrimPrefix(m.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		fmt.Fprintf(connection, "POST /accounts/%s/unlock HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer orgAdmin\r\nContent-Length: 2\r\n\r\n{}", reference.UnlockableAccount)
		// The mock has the request once it says that it has answered one.
		for held := false; !held; {
			response, err := http.Get(m.url + "/__conformance/health")
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(response.Body) // what is missing is asked for again
			response.Body.Close()
			held = strings.Contains(string(text), `"answered":1`)
		}
		if err := m.command.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if left := m.wait(); left.code != outcome.ExitConformant || left.stderr != "" {
			t.Errorf("%s: exit %d %s", signal, left.code, left.stderr)
		}
		if answer, _ := io.ReadAll(connection); len(answer) > 0 {
			t.Errorf("%s: a request that was never answered has got %q", signal, answer)
		}
	}
}

func TestMockTLS(t *testing.T) {
	dir := t.TempDir()
	m := startServer(t, dir, "mock", shippedPath(t), "--tls", "--ca-out", "ca.pem")
	authority, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority) || strings.Contains(string(authority), "PRIVATE") {
		t.Fatalf("the file holds %s", authority)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}}
	defer client.CloseIdleConnections()
	if status, body := post(t, client, m.url, "orgAdmin", "{}"); status != 202 || !strings.HasPrefix(m.url, "https://") {
		t.Errorf("%s: %d %s", m.url, status, body)
	}
	m.stop(t)
}

// TestMockOfAnArchive answers from the archive of another program, whose tokens stay in it.
func TestMockOfAnArchive(t *testing.T) {
	const canary = "canary-archive-0123456789"
	dir := t.TempDir()
	writeFile(t, dir, "traffic.har", fmt.Sprintf(`{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[
{"startedDateTime":"2026-01-01T00:00:00Z","time":1,"cache":{},"timings":{"send":0,"wait":1,"receive":0},
"request":{"method":"POST","url":"https://tenant.test/v2025/accounts/%s/unlock","httpVersion":"HTTP/1.1","cookies":[],"queryString":[],"headersSize":-1,"bodySize":2,
"headers":[{"name":"Authorization","value":"Bearer %s"},{"name":"Content-Type","value":"application/json"}],"postData":{"mimeType":"application/json","text":"{}"}},
"response":{"status":202,"statusText":"Accepted","httpVersion":"HTTP/1.1","cookies":[],"redirectURL":"","headersSize":-1,"bodySize":10,
"headers":[{"name":"Content-Type","value":"application/json"},{"name":"Set-Cookie","value":"session=%s"}],"content":{"size":10,"mimeType":"application/json","text":"{\"id\":\"x\"}"}}}]}}`,
		reference.UnlockableAccount, canary, canary))
	m := startServer(t, dir, "mock", "traffic.har")
	if status, body := post(t, http.DefaultClient, m.url, "mine", "{}"); status != 202 || body != `{"id":"x"}` {
		t.Errorf("%d %s", status, body)
	}
	response, err := http.Post(m.url+"/v2025/accounts/"+reference.UnlockableAccount+"/unlock", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if response.StatusCode != 501 || err != nil {
		t.Errorf("without a token: %d %s", response.StatusCode, text)
	}
	assertFree(t, "the answer", string(text)+fmt.Sprint(response.Header), canary)
	left := m.stop(t)
	assertFree(t, "the output", left.stdout+left.stderr, canary)
}

func TestMockRefuses(t *testing.T) {
	dir := t.TempDir()
	empty := recordSession(t, filepath.Join(dir, "empty"))
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	shipped := shippedPath(t)
	for _, test := range []struct {
		says      string
		arguments []string
	}{
		{"found no argument, expected one", nil},
		{"found 2 arguments", []string{"a", "b"}},
		{"nowhere: there is no such session", []string{"nowhere"}},
		{"nowhere.har: there is no such", []string{"nowhere.har"}},
		{"holds no interaction", []string{empty}},
		{"address already in use", []string{shipped, "--listen", taken.Addr().String()}},
		{"--listen nonsense", []string{shipped, "--listen", "nonsense"}},
		{"expected one of expired", []string{shipped, "--credential", "nobody"}},
		{"expected none or recorded", []string{shipped, "--latency", "long"}},
		{"expected error, last or cycle", []string{shipped, "--on-exhausted", "never"}},
		{"give one of the two", []string{shipped, "--loop", "--on-exhausted", "last"}},
		{"are for --tls", []string{shipped, "--ca-out", "ca.pem"}},
		{"belong together", []string{shipped, "--tls", "--cert", "c.pem"}},
		{"no such file", []string{shipped, "--tls", "--cert", "c.pem", "--key", "k.pem"}},
		{"--ca-out", []string{shipped, "--tls", "--ca-out", "nowhere/ca.pem"}},
		{"no such file", []string{shipped, "--config", "nowhere.yaml"}},
	} {
		r := conformance(t, dir, nil, append([]string{"mock"}, test.arguments...)...)
		if r.code != outcome.ExitUsage || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, test.says) {
			t.Errorf("mock %s: exit %d, want %q\n%s%s", strings.Join(test.arguments, " "), r.code, test.says, r.stdout, r.stderr)
		}
	}
}

// TestCurl: plain curl sees the same of the recording proxy and of the mock.
func TestCurl(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CONFORMANCE_REQUIRE_TOOLS") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	dir := t.TempDir()
	target := startReference(t)
	defer target.stop()
	config := writeFile(t, dir, "conformance.yaml", target.config)
	curl := func(address, token, body string) string {
		command := exec.CommandContext(t.Context(), "curl", "-s", "-S", "-i", "-H", "Content-Type: application/json", "-H", "@"+writeFile(t, dir, "header", "Authorization: Bearer "+token),
			"-d", body, address+"/accounts/"+reference.UnlockableAccount+"/unlock")
		text, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("curl: %v\n%s", err, text)
		}
		return string(text)
	}
	recording := startServer(t, dir, "record", "--config", config, "--out", "session")
	recorded := []string{curl(recording.url, target.tokens[0], "{}"), curl(recording.url, "no-token-of-the-target", "{}"), curl(recording.url, target.tokens[0], "[")}
	recording.stop(t)
	for i, want := range []string{"HTTP/1.1 202 ", "HTTP/1.1 401 ", "HTTP/1.1 400 "} {
		if !strings.HasPrefix(recorded[i], want) {
			t.Errorf("the proxy's answer %d is %s", i+1, recorded[i])
		}
	}
	m := startServer(t, dir, "mock", "session", "--config", config)
	for i, mocked := range []string{curl(m.url, target.tokens[0], "{}"), curl(m.url, "credential-1", "{}"), curl(m.url, target.tokens[0], "[")} {
		if mocked != recorded[i] {
			t.Errorf("the mock's answer %d is %s, recorded was %s", i+1, mocked, recorded[i])
		}
	}
	m.stop(t)
}
