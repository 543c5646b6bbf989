package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"conformance/internal/hostile"
	"conformance/internal/session"
)

// proxyMemoryLimit is what the proxy may hold at the most, in bytes, whatever the target does.
const proxyMemoryLimit = 150 << 20

// TestRecordSurvivesHostileTargets: whatever a target does, the proxy answers the next request,
// holds little memory, and ends well, with a session that can be read.
func TestRecordSurvivesHostileTargets(t *testing.T) {
	program := buildCommand(t).program
	for _, behaviour := range hostile.Behaviours() {
		t.Run(behaviour.Name, func(t *testing.T) {
			t.Parallel()
			target, err := hostile.Listen(behaviour, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer target.Close()
			dir := t.TempDir()
			proxy := startProgram(t, dir, program, "record", "--target", "http://"+target.Address(), "--out", "session", "--max-body", "64KiB")
			for range 3 {
				impatient(t, proxy.url)
			}
			// What is for somebody else is refused without the target.
			if answer := connect(t, proxy.url); !strings.HasPrefix(answer, "HTTP/1.1 405 ") {
				t.Errorf("the next request is answered with %s", answer)
			}
			if peak := peakMemory(t, proxy.command.Process.Pid); peak > proxyMemoryLimit {
				t.Errorf("the proxy held %d MiB", peak>>20)
			}
			proxy.stop(t)
			recording, err := session.Open(filepath.Join(dir, "session"))
			if err != nil {
				t.Fatal(err)
			}
			defer recording.Close()
			if recording.Len() == 0 {
				t.Error("nothing was recorded")
			}
		})
	}
}

// impatient sends a request, and takes what comes until there is much of it, or a while has passed.
func impatient(t *testing.T, address string) {
	t.Helper()
	const much, while = 32 << 20, 500 * time.Millisecond
	ctx, cancel := context.WithTimeout(t.Context(), while)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, "POST", address+"/accounts/a/unlock", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return // as the target had it
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, much) // as the target had it
}

// connect asks for a tunnel and returns the answer.
func connect(t *testing.T, address string) string {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	fmt.Fprint(connection, "CONNECT elsewhere.test:443 HTTP/1.1\r\nHost: elsewhere.test:443\r\nConnection: close\r\n\r\n")
	answer, err := io.ReadAll(connection)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// peakMemory is the most memory, in bytes, that a process has held so far.
func peakMemory(t *testing.T, process int) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	if err != nil {
		t.Skipf("this system does not tell how much memory a process held: %v", err)
	}
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(text)
	if found == nil {
		t.Fatalf("no peak in %s", text)
	}
	kilobytes, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}
