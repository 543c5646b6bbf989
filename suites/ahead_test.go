package suites_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"

	"conformance/fixtures"
	"conformance/internal/clock"
	"conformance/internal/reference"
)

// TestOnlyWhatIsSelectedIsSent: a run of some specs sends the cases of their status paths and no
// others, in whichever way Ginkgo was asked for them.
func TestOnlyWhatIsSelectedIsSent(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the suite several times")
	}
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	const preflight = 1
	cases := func(statuses ...string) int64 {
		count := preflight
		for _, status := range statuses {
			path, _ := set.Path(status)
			count += len(path.Cases)
		}
		return int64(count)
	}
	for _, test := range []struct {
		name      string
		arguments []string
		sent      int64
	}{
		{"a label", []string{"-ginkgo.label-filter=404"}, cases("404")},
		{"two labels", []string{"-ginkgo.label-filter=404 || 500"}, cases("404", "500")},
		{"a requirement", []string{"-ginkgo.label-filter=404-unknown-account"}, cases("404")},
		{"a text", []string{"-ginkgo.focus=Unlock Account 404"}, cases("404")},
		{"all but some texts", []string{"-ginkgo.skip=Account (202|400|401|403|429|500)"}, cases("404")},
		{"a file", []string{"-ginkgo.focus-file=status_404.go"}, cases("404")},
	} {
		t.Run(test.name, func(t *testing.T) {
			implementation, err := reference.New(reference.Options{Clock: clock.System{}})
			if err != nil {
				t.Fatal(err)
			}
			var sent atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				sent.Add(1)
				implementation.ServeHTTP(w, r)
			}))
			defer server.Close()
			config := filepath.Join(t.TempDir(), "conformance.yaml")
			if err := os.WriteFile(config, implementation.Config(server.URL), 0o600); err != nil {
				t.Fatal(err)
			}
			command := exec.CommandContext(t.Context(), os.Args[0], append(test.arguments, "-test.run=^TestUnlockAccount$")...)
			command.Env = append(os.Environ(), "CONFORMANCE_CONFIG="+config, "CONFORMANCE_TARGET=", "CONFORMANCE_REPLAY=")
			output, _ := command.CombinedOutput() // a part of the specs leaves paths without a verdict
			if sent.Load() != test.sent {
				t.Errorf("%d requests, expected %d:\n%.2000s", sent.Load(), test.sent, output)
			}
		})
	}
}
