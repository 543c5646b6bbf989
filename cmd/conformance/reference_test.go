package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"conformance/internal/clock"
	"conformance/internal/outcome"
	"conformance/internal/reference"
)

// faultForReplay is a fault whose recording must replay to the same failures.
const faultForReplay = "expired-token-accepted"

// served is a reference implementation in a process of its own.
type served struct {
	command *exec.Cmd
	url     string
	config  string
	tokens  []string
}

// startReference serves the reference on a free port and reads the config that it prints.
func startReference(t *testing.T, arguments ...string) *served {
	t.Helper()
	s := &served{command: exec.CommandContext(t.Context(), os.Args[0], append([]string{"reference", "--print-config"}, arguments...)...)}
	s.command.Env = []string{"CONFORMANCE_TEST_MAIN=1"}
	stdout, err := s.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		line := lines.Text()
		s.config += line + "\n"
		if _, url, last := strings.Cut(line, "listening on "); last {
			s.url = url
			break
		}
	}
	for _, found := range regexp.MustCompile(`token: "?([^\s"}]+)`).FindAllStringSubmatch(s.config, -1) {
		s.tokens = append(s.tokens, found[1])
	}
	if s.url == "" || len(s.tokens) == 0 {
		t.Fatalf("the reference printed no address, or no tokens:\n%s", s.config)
	}
	return s
}

func (s *served) stop() {
	_ = s.command.Process.Signal(syscall.SIGTERM)
	_ = s.command.Wait()
}

func TestReferenceStopsCleanly(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		s := startReference(t)
		if err := s.command.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if err := s.command.Wait(); err != nil || s.command.ProcessState.ExitCode() != outcome.ExitConformant {
			t.Errorf("after %s: %v", signal, err)
		}
	}
}

func TestReferenceRefusesWrongFlags(t *testing.T) {
	for arguments, says := range map[string]string{
		"reference --fault no-such-fault":       "no-such-fault",
		"reference --listen nowhere.invalid:80": "--listen",
	} {
		r := conformance(t, t.TempDir(), nil, strings.Fields(arguments)...)
		if r.code != outcome.ExitUsage || !strings.Contains(r.stderr, says) {
			t.Errorf("%s: exit %d, %q", arguments, r.code, r.stderr)
		}
	}
}

// serveReference serves the reference inside this process.
func serveReference(t *testing.T) (url string, stop func()) {
	t.Helper()
	implementation, err := reference.New(reference.Options{Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- reference.Serve(ctx, listener, implementation) }()
	return "http://" + listener.Addr().String(), func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// faultOfAShould is a fault that only a standard speaks against.
const faultOfAShould = "challenge-missing"

// silentTarget answers the first request and holds all others, until their clients go away. It
// tells of each on asked.
func silentTarget(t *testing.T, asked chan<- struct{}) (url string) {
	t.Helper()
	var first sync.Once
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		// The server notices that its client is gone only once the body is read.
		_, _ = io.Copy(io.Discard, request.Body)
		held := true
		first.Do(func() { held = false })
		asked <- struct{}{}
		if held {
			<-request.Context().Done()
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}
