package resend

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

var update = flag.Bool("update", false, "write testdata/faults.txt anew")

// TestFaults: each fault that changes an answer is seen by sending the session again, as breaking,
// and no legal variant is. What shows a fault first is kept in testdata/faults.txt.
func TestFaults(t *testing.T) {
	faults := reference.Faults()
	shown := make([]string, len(faults))
	t.Run("at", func(t *testing.T) {
		for i, fault := range faults {
			if i%slower != 0 {
				continue
			}
			t.Run(fault.Name, func(t *testing.T) {
				t.Parallel()
				r := atReference(t, fault.Name, Options{Path: shipped(t)})
				if breaks := r.ExitCode() == outcome.ExitNonconformant; breaks == fault.Legal {
					t.Errorf("legal %v, exit %d\n%s", fault.Legal, r.ExitCode(), console(t, r))
				}
				shown[i] = fmt.Sprintf("%-36s %s", fault.Name, firstDifference(r))
			})
		}
	})
	if slower > 1 {
		return
	}
	table := strings.Join(shown, "\n") + "\n"
	const file = "testdata/faults.txt"
	if *update {
		if err := os.WriteFile(file, []byte(table), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(strings.Split(string(kept), "\n"), strings.Split(table, "\n")); difference != "" {
		t.Errorf("%s is not what was found (go test -update writes it anew): -kept +found:\n%s", file, difference)
	}
}

// firstDifference is the first of the worst differences of a report, without values: which of two
// requests for different accounts is sent first is left to chance.
func firstDifference(r *Report) string {
	if len(r.Groups) == 0 {
		return "nothing differs"
	}
	g := r.Groups[0]
	text := fmt.Sprintf("%s: %s %s %s", g.Class(), g.Rule, g.Status, g.Where)
	if requirement, _, is := strings.Cut(g.Was, ": "); is && g.Rule == requirementBroken {
		text += " " + requirement
	}
	return text
}
