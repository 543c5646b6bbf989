package resend

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"conformance/cassettes"
	"conformance/internal/outcome"
	"conformance/internal/reference"
	"conformance/internal/subject"
)

// epoch is when the replays of the tests begin.
var epoch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

func unset(string) (string, bool) { return "", false }

// shippedSession is the shipped session of the reference on the disk.
var shippedSession = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "resend")
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, "reference"), os.CopyFS(folder, cassettes.Reference)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := shippedSession(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

func shipped(t testing.TB) string {
	t.Helper()
	path, err := shippedSession()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// atReference replays at a reference inside this process, on a clock that never really waits.
func atReference(t testing.TB, fault string, options Options) *Report {
	t.Helper()
	s, err := subject.Resolve(t.Context(), subject.Options{Fault: fault, Concurrency: 1, Environ: unset})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	options.Now = func() time.Time { return epoch }
	options.Output = io.Discard
	if options.Concurrency == 0 {
		options.Concurrency = 1 // some faults depend on the order of the requests
	}
	r, err := replay(t.Context(), s, options)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func console(t testing.TB, r *Report) string {
	t.Helper()
	var text strings.Builder
	if err := Console(&text, r, false); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// TestSameServer: at the implementation that a session was recorded from nothing differs, however
// many requests are under way.
func TestSameServer(t *testing.T) {
	for _, concurrency := range []int{1, 8} {
		r := atReference(t, "", Options{Path: shipped(t), Concurrency: concurrency})
		if len(r.Groups) > 0 || r.Sent < 200 || r.Sent != r.Interactions || r.ExitCode() != outcome.ExitConformant {
			t.Errorf("concurrency %d: exit %d\n%s", concurrency, r.ExitCode(), console(t, r))
		}
	}
}

// TestFaults: each fault that changes an answer is seen by sending the session again, and breaks.
func TestFaults(t *testing.T) {
	for _, fault := range reference.Faults() {
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			r := atReference(t, fault.Name, Options{Path: shipped(t)})
			breaks := r.ExitCode() == outcome.ExitNonconformant
			if fault.Legal == breaks {
				t.Errorf("legal %v, exit %d\n%s", fault.Legal, r.ExitCode(), console(t, r))
			}
		})
	}
}
