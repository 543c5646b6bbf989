package suites_test

import (
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"conformance/fixtures"
	"conformance/internal/runner"
	"conformance/suites"
)

// TestUnlockAccount runs the specs under Ginkgo's own reporter: against the embedded
// reference, or against what CONFORMANCE_TARGET (a URL), CONFORMANCE_CONFIG (a
// conformance.yaml) or CONFORMANCE_REPLAY (a session folder) names.
func TestUnlockAccount(t *testing.T) {
	prepared, err := runner.Prepare(t.Context(), runner.Options{
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
	assertListed(t, PreviewSpecs("Unlock Account").SpecReports)
	RunSpecs(t, "Unlock Account")
	run, err := prepared.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if last := run.Exchanges[len(run.Exchanges)-1]; last.Case != "after-wait" {
		t.Errorf("the last exchange is of the case %s, and not of the burst's path", last.Case)
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

// assertListed: what a filter is matched against is what Ginkgo runs.
func assertListed(t *testing.T, reports types.SpecReports) {
	t.Helper()
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	requirements, err := suites.LoadRequirements()
	if err != nil {
		t.Fatal(err)
	}
	line := func(labels []string) string { slices.Sort(labels); return strings.Join(labels, " ") }
	var tree, listed []string
	for _, report := range reports {
		tree = append(tree, line(report.Labels()))
	}
	for _, spec := range suites.Specs(set, requirements) {
		listed = append(listed, line(spec.Labels()))
	}
	slices.Sort(tree)
	slices.Sort(listed)
	if difference := cmp.Diff(tree, listed); difference != "" {
		t.Errorf("the tree has (-), the list has (+):\n%s", difference)
	}
}
