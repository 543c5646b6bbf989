package suites_test

import (
	"context"
	"io"
	"os"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"conformance/internal/runner"
)

// TestUnlockAccount runs the specs under Ginkgo's own reporter: against the embedded
// reference, or against what CONFORMANCE_TARGET (a URL), CONFORMANCE_CONFIG (a
// conformance.yaml) or CONFORMANCE_REPLAY (a session folder) names.
func TestUnlockAccount(t *testing.T) {
	ctx := context.Background()
	prepared, err := runner.Prepare(ctx, runner.Options{
		Target:      os.Getenv("CONFORMANCE_TARGET"),
		ConfigFile:  os.Getenv("CONFORMANCE_CONFIG"),
		Replay:      os.Getenv("CONFORMANCE_REPLAY"),
		Concurrency: 8,
		Output:      io.Discard,
		Environ:     os.LookupEnv,
		Now:         time.Now,
		Version:     "devel",
	})
	if err != nil {
		t.Fatal(err)
	}
	defer prepared.Close()
	RegisterFailHandler(Fail)
	prepared.Suite.Describe()
	RunSpecs(t, "Unlock Account")
	run, err := prepared.Finish(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if run.ExitCode != 0 {
		t.Errorf("verdict %s: %v", run.Verdict, run.Reasons)
	}
	for path, status := range run.Statuses {
		if !status.Exercised && status.Waived == "" {
			t.Errorf("status path %s was not exercised", path)
		}
	}
}
