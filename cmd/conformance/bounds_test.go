package main

import (
	"bytes"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"conformance/internal/outcome"
)

// TestRunTimeout: a target that never answers cannot hold a run for longer than it may take,
// and what was not asked is not held against it.
func TestRunTimeout(t *testing.T) {
	asked := make(chan struct{}, 1000)
	dir := t.TempDir()
	r := conformance(t, dir, nil, "run", "--target", silentTarget(t, asked), "--timeout", "300ms", "--report", "json=report.json")
	if r.code != outcome.ExitNoVerdict || !strings.Contains(r.stdout, "the run's time was up (--timeout 300ms)") {
		t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	if report := readReport(t, filepath.Join(dir, "report.json")); report.Summary["fail"] != 0 || report.Verdict != "incomplete" {
		t.Errorf("verdict %s, summary %v", report.Verdict, report.Summary)
	}
}

// TestRunTimeoutInThePreflight: there is one sentence and nothing else.
func TestRunTimeoutInThePreflight(t *testing.T) {
	asked := make(chan struct{}, 1000)
	target := silentTarget(t, asked)
	response, err := http.Post(target, "", nil) // the one request that it answers
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	r := conformance(t, t.TempDir(), nil, "run", "--target", target, "--timeout", "200ms")
	if want := "time was up (--timeout 200ms) before the target answered\n"; r.code != outcome.ExitNoVerdict || r.stdout != "" || !strings.HasSuffix(r.stderr, want) {
		t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
}

// TestSecondSignal: whoever asks twice does not wait for the rest.
func TestSecondSignal(t *testing.T) {
	asked := make(chan struct{}, 1000)
	dir := t.TempDir()
	// A report into a pipe that nobody reads would hold the first signal's end for ever.
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), os.Args[0], "run", "--target", silentTarget(t, asked), "--report", "json="+pipe)
	command.Env = []string{"CONFORMANCE_TEST_MAIN=1"}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	<-asked
	interrupt := func() {
		if err := command.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
	}
	interrupt()
	var seen bytes.Buffer
	for part := make([]byte, 4096); !strings.Contains(seen.String(), "INCOMPLETE"); {
		n, err := stdout.Read(part)
		seen.Write(part[:n])
		if err != nil {
			t.Fatalf("the run ended by itself: %v\n%s", err, seen.String())
		}
	}
	interrupt()
	_ = command.Wait()
	if code := command.ProcessState.ExitCode(); code != outcome.ExitNoVerdict {
		t.Errorf("exit %d, expected %d", code, outcome.ExitNoVerdict)
	}
}

// TestFailFast: nothing more is sent after the first failure that counts.
func TestFailFast(t *testing.T) {
	baseline := "401-expired-token: {reason: known}\n401-before-account: {reason: known}\n401-before-body: {reason: known}"
	for _, test := range []struct {
		name, arguments string
		code            int
		fewer           bool
	}{
		{"a failure", "--fault " + faultForReplay, outcome.ExitNonconformant, true},
		{"a known failure", "--fault " + faultForReplay + " --baseline baseline.yaml", outcome.ExitConformant, false},
		{"a warning", "--fault " + faultOfAShould, outcome.ExitConformant, false},
		{"a strict warning", "--strict --fault " + faultOfAShould, outcome.ExitNonconformant, true},
		{"a failure that is not selected", "--filter 202 --fault " + faultForReplay, outcome.ExitNoVerdict, false},
		{"none", "", outcome.ExitConformant, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			writeFile(t, dir, "baseline.yaml", baseline)
			arguments := append([]string{"run", "--report", "json=report.json"}, strings.Fields(test.arguments)...)
			whole := conformance(t, dir, nil, arguments...)
			all := len(readReport(t, filepath.Join(dir, "report.json")).Exchanges)
			r := conformance(t, dir, nil, append(arguments, "--fail-fast")...)
			sent := len(readReport(t, filepath.Join(dir, "report.json")).Exchanges)
			if r.code != test.code || whole.code != test.code || sent > all || (sent < all) != test.fewer {
				t.Errorf("exit %d with --fail-fast and %d without, %d exchanges of %d\n%s%s", r.code, whole.code, sent, all, r.stdout, r.stderr)
			}
		})
	}
}

// TestRetries: a connection that breaks is tried again if that is wanted, the report says so,
// and the recording replays to the same.
func TestRetries(t *testing.T) {
	reference := startReference(t)
	defer reference.stop()
	dir := t.TempDir()
	flaky := strings.ReplaceAll(reference.config, strings.TrimPrefix(reference.url, "http://"), brittleProxy(t, reference.url))
	writeFile(t, dir, "conformance.yaml", flaky)
	r := conformance(t, dir, nil, "run", "--config", "conformance.yaml", "--concurrency", "1", "--filter", "404")
	if r.code != outcome.ExitNonconformant {
		t.Errorf("without retries: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	r = conformance(t, dir, nil, "run", "--config", "conformance.yaml", "--concurrency", "1", "--retries", "2", "--filter", "404",
		"--record", "session", "--report", "json=live.json")
	if r.code != outcome.ExitNoVerdict || !strings.Contains(r.stdout, "sent again (--retries 2) after attempt 1") {
		t.Errorf("with retries: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	r = conformance(t, dir, nil, "run", "--replay", "session", "--filter", "404", "--report", "json=replay.json")
	live, replay := readReport(t, filepath.Join(dir, "live.json")), readReport(t, filepath.Join(dir, "replay.json"))
	if r.code != outcome.ExitNoVerdict || len(live.Exchanges) != len(replay.Exchanges) || len(live.Results) == 0 || len(live.Results) != len(replay.Results) {
		t.Errorf("replay: exit %d, %d exchanges of %d\n%s%s", r.code, len(replay.Exchanges), len(live.Exchanges), r.stdout, r.stderr)
	}
}

// brittleProxy passes connections on, but for every fifth after the first, which it resets.
func brittleProxy(t *testing.T, url string) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	var count atomic.Int64
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			if count.Add(1)%5 == 0 {
				_ = connection.(*net.TCPConn).SetLinger(0)
				connection.Close()
				continue
			}
			go pipe(connection, strings.TrimPrefix(url, "http://"))
		}
	}()
	return listener.Addr().String()
}

// pipe joins a connection with one to the address, until either ends.
func pipe(connection net.Conn, address string) {
	defer connection.Close()
	other, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer other.Close()
	go func() {
		_, _ = other.(*net.TCPConn).ReadFrom(connection)
		_ = other.(*net.TCPConn).CloseWrite()
	}()
	_, _ = connection.(*net.TCPConn).ReadFrom(other)
}

// TestPlainHTTP: credentials go in clear to no other machine, unless somebody says so.
func TestPlainHTTP(t *testing.T) {
	for _, test := range []struct {
		name, config, arguments string
		code                    int
		says                    string
	}{
		{"target", "", "--target http://tenant.invalid", outcome.ExitUsage, "--target: plain http to another machine"},
		{"target of the config", "target: {url: \"http://tenant.invalid\"}", "--config c.yaml", outcome.ExitUsage, "c.yaml: line 1: target.url: plain http"},
		{"token endpoint", "target: {url: \"https://tenant.invalid\"}\ncredentials:\n  orgAdmin: {clientCredentials: {tokenURL: \"http://tenant.invalid/t\", clientID: x, clientSecretEnv: S}}",
			"--config c.yaml", outcome.ExitUsage, "credentials.orgAdmin.clientCredentials.tokenURL: plain http"},
		{"allowed", "", "--insecure-http --target http://tenant.invalid", outcome.ExitNoVerdict, "tenant.invalid"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			writeFile(t, dir, "c.yaml", test.config)
			r := conformance(t, dir, nil, append([]string{"run"}, strings.Fields(test.arguments)...)...)
			if r.code != test.code || !strings.Contains(r.stderr, test.says) || strings.Count(r.stderr, "\n") != 1 {
				t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
			}
		})
	}
}
