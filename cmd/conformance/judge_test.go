package main

import (
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"conformance/internal/runner"
)

// TestJudgingIsTheRun: the suite finds the same without Ginkgo, which the self-test goes by, as
// the command does with it.
func TestJudgingIsTheRun(t *testing.T) {
	for _, fault := range []string{"", faultForReplay, faultOfAShould, "retry-after-missing"} {
		dir := t.TempDir()
		r := conformance(t, dir, nil, "run", "--fault", fault, "--report", "json=run.json")
		run := readReport(t, filepath.Join(dir, "run.json"))
		judged, err := runner.Judge(t.Context(), runner.Options{
			Fault: fault, Concurrency: 8, Output: io.Discard, Environ: func(string) (string, bool) { return "", false }, Now: time.Now,
		})
		if err != nil {
			t.Fatal(err)
		}
		type result struct{ Requirement, Case, Status, Outcome, Message, Expected, Actual string }
		var want, got []result
		for _, found := range run.Results {
			want = append(want, result{found.Requirement, found.Case, found.Status, found.Outcome, found.Message, found.Expected, found.Actual})
		}
		for _, found := range judged.Results {
			got = append(got, result{found.Requirement, found.Case, found.Status, string(found.Outcome), found.Message, found.Expected, found.Actual})
		}
		byName := cmpopts.SortSlices(func(a, b result) bool { return a.Status+a.Requirement+a.Case < b.Status+b.Requirement+b.Case })
		if difference := cmp.Diff(want, got, byName); difference != "" || len(got) == 0 || judged.ExitCode != r.code {
			t.Errorf("fault %q: exit %d of the run, %d judged; -run +judged:\n%.3000s", fault, r.code, judged.ExitCode, difference)
		}
	}
}
