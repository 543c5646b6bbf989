package suites_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"conformance/fixtures"
	"conformance/internal/clock"
	"conformance/internal/reference"
	"conformance/suites"
)

// TestImplementation is how an implementer calls the suite. It tests the reference, or, for the
// tests below, what CONFORMANCE_GOTEST names.
func TestImplementation(t *testing.T) {
	kind := os.Getenv("CONFORMANCE_GOTEST")
	_, fault, _ := strings.Cut(kind, ":")
	implementation, err := reference.New(reference.Options{Clock: clock.System{}, Fault: fault})
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "conformance.yaml")
	if err := os.WriteFile(config, implementation.Config("http://127.0.0.1:1"), 0o600); err != nil {
		t.Fatal(err)
	}
	switch kind, _, _ := strings.Cut(kind, ":"); kind {
	case "without config":
		suites.Test(t, implementation)
	case "nobody":
		suites.Test(t, "http://127.0.0.1:1", suites.WithConfig(config))
	case "no implementation":
		suites.Test(t, 7)
	case "no config":
		suites.Test(t, implementation, suites.WithConfig("nowhere.yaml"))
	case "counting":
		var sent atomic.Int64
		suites.Test(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sent.Add(1)
			implementation.ServeHTTP(w, r)
		}), suites.WithConfig(config))
		t.Logf("sent %d requests", sent.Load())
	case "strict":
		suites.Test(t, implementation, suites.WithConfig(config), suites.WithStrict())
	default:
		suites.Test(t, implementation, suites.WithConfig(config))
	}
}

// TestTestCanFail runs TestImplementation in a process of its own, against what is not right.
func TestTestCanFail(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the suite several times")
	}
	for kind, says := range map[string]string{
		"fault:expired-token-accepted": "--- FAIL: TestImplementation/401/401-expired-token",
		"without config":               "status path 202 was not exercised: needs accounts.unlockable",
		"no config":                    "nowhere.yaml: no such file",
		"nobody":                       "no verdict on http://127.0.0.1:1: nothing listens",
		"no implementation":            "the implementation is a int",
		"strict:challenge-missing":     "401-www-authenticate (SHOULD) is broken",
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			command := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestImplementation$", "-test.v")
			command.Env = append(os.Environ(), "CONFORMANCE_GOTEST="+kind)
			output, err := command.CombinedOutput()
			if err == nil || !strings.Contains(string(output), says) {
				t.Errorf("error %v; the output does not hold %q:\n%.3000s", err, says, output)
			}
		})
	}
}

// TestTestSkips: what could not be judged does not read as a pass.
func TestTestSkips(t *testing.T) {
	output := implementationTested(t, "without config", "^TestImplementation$")
	for _, says := range []string{"--- SKIP: TestImplementation/202/202-org-admin", "--- FAIL: TestImplementation/verdict"} {
		if !strings.Contains(output, says) {
			t.Errorf("the output does not hold %q:\n%.3000s", says, output)
		}
	}
}

// TestTestSendsWhatIsRun: `go test -run` of one status path sends the cases of that path alone.
func TestTestSendsWhatIsRun(t *testing.T) {
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	path, _ := set.Path("404")
	const preflight = 1
	says := fmt.Sprintf("sent %d requests", preflight+len(path.Cases))
	if output := implementationTested(t, "counting", "^TestImplementation$/^404$"); !strings.Contains(output, says) {
		t.Errorf("the output does not hold %q:\n%.3000s", says, output)
	}
}

// implementationTested is the output of TestImplementation of some kind in a process of its own.
func implementationTested(t *testing.T, kind, run string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run", run, "-test.v")
	command.Env = append(os.Environ(), "CONFORMANCE_GOTEST="+kind)
	output, _ := command.CombinedOutput() // whether the test passes is another test's concern
	return string(output)
}
