package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"conformance/internal/clock"
	"conformance/internal/reference"
)

// BenchmarkLatency times a whole run against a target that takes 100 ms for each answer, one case
// at a time and eight at a time. The quotient of both, "of sequential", is to be a fifth at most.
func BenchmarkLatency(b *testing.B) {
	const latency = 100 * time.Millisecond
	program := filepath.Join(b.TempDir(), "conformance")
	if output, err := exec.CommandContext(b.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("build the command: %v\n%s", err, output)
	}
	times := map[int]time.Duration{}
	for _, concurrency := range []int{1, 8} {
		b.Run("concurrency="+strconv.Itoa(concurrency), func(b *testing.B) {
			for b.Loop() {
				implementation, err := reference.New(reference.Options{Clock: clock.System{}})
				if err != nil {
					b.Fatal(err)
				}
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					time.Sleep(latency)
					implementation.ServeHTTP(w, r)
				}))
				config := filepath.Join(b.TempDir(), "conformance.yaml")
				if err := os.WriteFile(config, implementation.Config(server.URL), 0o600); err != nil {
					b.Fatal(err)
				}
				begun := time.Now()
				output, err := exec.CommandContext(b.Context(), program, "run", "--config", config, "--concurrency", strconv.Itoa(concurrency)).CombinedOutput()
				if err != nil {
					b.Fatalf("%v\n%s", err, output)
				}
				times[concurrency] = time.Since(begun)
				server.Close()
			}
			if sequential := times[1]; sequential > 0 {
				b.ReportMetric(float64(times[concurrency])/float64(sequential), "of-sequential")
			}
		})
	}
}
