package suites_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

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
