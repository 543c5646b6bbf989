package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"conformance/internal/clock"
	"conformance/internal/reference"
	"conformance/internal/session"
)

// BenchmarkOfflineReplay times the whole process that replays cassettes/reference, from its
// start to its exit, beside a bare Go client that sends the same requests to the reference
// implementation and reads the answers. "MB" is the most memory that the process held.
func BenchmarkOfflineReplay(b *testing.B) {
	const shipped = "../../cassettes/reference"
	b.Run("bare client", func(b *testing.B) {
		recording, err := session.Open(shipped)
		if err != nil {
			b.Fatal(err)
		}
		implementation, err := reference.New(reference.Options{Clock: clock.NewVirtual(recording.Manifest.Recorded)})
		if err != nil {
			b.Fatal(err)
		}
		server := httptest.NewServer(implementation)
		defer server.Close()
		exchanges, err := recording.Exchanges()
		if err != nil {
			b.Fatal(err)
		}
		tokens := implementation.Credentials()
		for b.Loop() {
			for _, e := range exchanges {
				path := e.Request.URL[len(recording.Manifest.Target):]
				request, err := http.NewRequestWithContext(b.Context(), e.Request.Method, server.URL+path, bytes.NewReader(e.Request.Body))
				if err != nil {
					b.Fatal(err)
				}
				request.Header = e.Request.Header.Clone()
				if token, has := tokens[e.Credential]; has {
					request.Header.Set("Authorization", "Bearer "+token)
				}
				response, err := http.DefaultClient.Do(request)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, response.Body); err != nil {
					b.Fatal(err)
				}
				response.Body.Close()
			}
		}
	})
	b.Run("replay", func(b *testing.B) {
		program := filepath.Join(b.TempDir(), "conformance")
		if output, err := exec.CommandContext(b.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
			b.Fatalf("build the command: %v\n%s", err, output)
		}
		var most int64
		for b.Loop() {
			command := exec.CommandContext(b.Context(), program, "run", "--replay", shipped)
			command.Stderr = os.Stderr
			if err := command.Run(); err != nil {
				b.Fatal(err)
			}
			if usage, is := command.ProcessState.SysUsage().(*syscall.Rusage); is {
				most = max(most, usage.Maxrss)
			}
		}
		b.ReportMetric(float64(most)/1024, "MB")
	})
}
