package main

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"

	"conformance/internal/outcome"
)

// results are those of a report without the numbers of their exchanges, which differ from part to
// part, in an order that does not depend on who sent what.
func (r jsonReport) comparable() []string {
	var all []string
	for _, result := range r.Results {
		all = append(all, fmt.Sprintf("%s %s %s %s %s", result.Status, result.Requirement, result.Case, result.Outcome, result.Expected))
	}
	slices.SortFunc(all, cmp.Compare)
	return all
}

// TestMergedPartsAreTheWhole: the parts of a run, merged, have the results of the run.
func TestMergedPartsAreTheWhole(t *testing.T) {
	const parts = 3
	for _, test := range []struct {
		fault string
		code  int
	}{{"", outcome.ExitConformant}, {faultForReplay, outcome.ExitNonconformant}} {
		dir := t.TempDir()
		whole := conformance(t, dir, nil, "run", "--fault", test.fault, "--report", "json=whole.json")
		merge := []string{"merge", "--report", "json=merged.json", "--report", "junit=merged.xml"}
		for number := 1; number <= parts; number++ {
			name := fmt.Sprintf("part-%d.json", number)
			environment := []string{fmt.Sprintf("CI_NODE_INDEX=%d", number), fmt.Sprintf("CI_NODE_TOTAL=%d", parts)}
			r := conformance(t, dir, environment, "run", "--fault", test.fault, "--shard", "auto", "--report", "json="+name)
			if r.code == outcome.ExitConformant || !strings.Contains(r.stdout, fmt.Sprintf("this is part %d/%d of a run", number, parts)) {
				t.Errorf("a part alone: exit %d\n%s%s", r.code, r.stdout, r.stderr)
			}
			merge = append(merge, name)
		}
		merged := conformance(t, dir, nil, merge...)
		if whole.code != test.code || merged.code != test.code {
			t.Errorf("exit %d of the whole, %d of the parts, want %d\n%s%s", whole.code, merged.code, test.code, merged.stdout, merged.stderr)
		}
		want, got := readReport(t, filepath.Join(dir, "whole.json")), readReport(t, filepath.Join(dir, "merged.json"))
		if difference := diff.Diff(want.comparable(), got.comparable()); difference != "" {
			t.Errorf("-whole +merged:\n%s", difference)
		}
		if difference := diff.Diff(want.Summary, got.Summary); difference != "" || got.Verdict != want.Verdict {
			t.Errorf("verdict %s, summary -whole +merged:\n%s", got.Verdict, difference)
		}
	}
}

// TestMergeRefuses: what are not all parts of one run has no verdict, or is a wrong call.
func TestMergeRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, arguments := range map[string]string{
		"1-2": "--shard 1/2", "2-2": "--shard 2/2", "1-3": "--shard 1/3", "whole": "", "strict": "--shard 2/2 --strict",
		"ended": "--shard 2/2 --timeout 1ns",
	} {
		conformance(t, dir, nil, append([]string{"run", "--report", "json=" + name}, strings.Fields(arguments)...)...)
	}
	writeFile(t, dir, "broken", "{")
	for _, test := range []struct {
		files string
		code  int
		says  string
	}{
		{"1-2 2-2", outcome.ExitConformant, ""},
		{"2-2 1-2", outcome.ExitConformant, ""},
		{"1-2", outcome.ExitNoVerdict, "the report of part 2/2 is missing"},
		{"1-2 ended", outcome.ExitNoVerdict, "part 2/2: the run's time was up"},
		{"1-2 1-2", outcome.ExitUsage, "part 1/2 is given twice"},
		{"1-2 1-3", outcome.ExitUsage, "report 2 of 2 is part 1/3"},
		{"1-2 whole", outcome.ExitUsage, "report 2 of 2 is not of a part"},
		{"1-2 strict", outcome.ExitUsage, "report 2 of 2 is of another run"},
		{"1-2 broken", outcome.ExitUsage, "broken: the JSON breaks off at its end"},
		{"1-2 nowhere", outcome.ExitUsage, "nowhere: no such file"},
		{"", outcome.ExitUsage, "found no argument, expected at least one"},
	} {
		r := conformance(t, dir, nil, append([]string{"merge"}, strings.Fields(test.files)...)...)
		if r.code != test.code || !strings.Contains(r.stdout+r.stderr, test.says) {
			t.Errorf("merge %s: exit %d, want %d and %q\n%s%s", test.files, r.code, test.code, test.says, r.stdout, r.stderr)
		}
	}
}

// TestMergedVerificationsAreTheWhole: the parts of a verification, merged, count what the whole does.
func TestMergedVerificationsAreTheWhole(t *testing.T) {
	dir := t.TempDir()
	conformance(t, dir, nil, "run", "--fault", "retry-after-missing", "--record", "faulty")
	for session, code := range map[string]int{shippedPath(t): outcome.ExitConformant, "faulty": outcome.ExitNonconformant} {
		whole := conformance(t, dir, nil, "verify", session, "--report", "json=whole.json")
		for _, number := range []string{"1", "2", "3"} {
			conformance(t, dir, nil, "verify", session, "--shard", number+"/3", "--report", "json=v"+number+".json")
		}
		merged := conformance(t, dir, nil, "merge", "v1.json", "v2.json", "v3.json", "--report", "json=merged.json", "--report", "junit=merged.xml")
		if whole.code != code || merged.code != code {
			t.Errorf("%s: exit %d of the whole, %d of the parts, want %d\n%s%s", session, whole.code, merged.code, code, merged.stdout, merged.stderr)
		}
		if difference := diff.Diff(verified(t, dir, "whole.json"), verified(t, dir, "merged.json")); difference != "" {
			t.Errorf("%s: -whole +merged:\n%s", session, difference)
		}
		missing := conformance(t, dir, nil, "merge", "v1.json", "v3.json")
		if missing.code == outcome.ExitConformant || !strings.Contains(missing.stdout, "the report of part 2/3 is missing") {
			t.Errorf("%s without a part: exit %d\n%s%s", session, missing.code, missing.stdout, missing.stderr)
		}
	}
}

// verified are the counts in the report of a verification.
func verified(t *testing.T, dir, name string) map[string][3]int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Interactions, Judged int
		Results              []struct {
			Requirement, Outcome   string
			Held, Broken, Doubtful int
		}
	}
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	counts := map[string][3]int{"all": {read.Interactions, read.Judged, len(read.Results)}}
	for _, result := range read.Results {
		counts[result.Requirement+" "+result.Outcome] = [3]int{result.Held, result.Broken, result.Doubtful}
	}
	return counts
}

// TestMergedJUnit: the parts' test cases are those of the whole, and there is no verdict without
// a failure.
func TestMergedJUnit(t *testing.T) {
	for fault, code := range map[string]int{"": outcome.ExitNoVerdict, faultForReplay: outcome.ExitNonconformant} {
		dir := t.TempDir()
		conformance(t, dir, nil, "run", "--fault", fault, "--report", "junit=whole.xml")
		for _, number := range []string{"1", "2"} {
			conformance(t, dir, nil, "run", "--fault", fault, "--shard", number+"/2", "--report", "junit=p"+number+".xml")
		}
		r := conformance(t, dir, nil, "merge", "p1.xml", "p2.xml", "--report", "junit=merged.xml")
		if r.code != code {
			t.Errorf("exit %d, want %d\n%s%s", r.code, code, r.stdout, r.stderr)
		}
		if difference := diff.Diff(testCases(t, dir, "whole.xml"), testCases(t, dir, "merged.xml")); difference != "" {
			t.Errorf("-whole +merged:\n%s", difference)
		}
		r = conformance(t, dir, nil, "merge", "p1.xml", "p2.xml")
		if r.code != outcome.ExitUsage || !strings.Contains(r.stderr, "--report junit=FILE") {
			t.Errorf("without a destination: exit %d\n%s%s", r.code, r.stdout, r.stderr)
		}
	}
}

// testCases are the names of a report's test cases, with what became of them.
func testCases(t *testing.T, dir, name string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Suites []struct {
			Cases []struct {
				ClassName string    `xml:"classname,attr"`
				Name      string    `xml:"name,attr"`
				Failure   *struct{} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	failed := map[string]bool{}
	for _, suite := range read.Suites {
		for _, c := range suite.Cases {
			failed[c.ClassName+" "+c.Name] = c.Failure != nil
		}
	}
	return failed
}

// TestMergedReplaysAreTheWhole: the parts of a replay, merged, find what the whole does.
func TestMergedReplaysAreTheWhole(t *testing.T) {
	reference := startReference(t, "--fault", faultForReplay)
	defer reference.stop()
	dir := t.TempDir()
	writeFile(t, dir, "conformance.yaml", reference.config)
	replay := []string{"replay", shippedPath(t), "--config", "conformance.yaml"}
	whole := conformance(t, dir, nil, append(replay, "--report", "json=whole.json", "--report", "junit=whole.xml")...)
	for _, number := range []string{"1", "2"} {
		conformance(t, dir, nil, append(replay, "--shard", number+"/2", "--report", "json=r"+number+".json", "--report", "junit=r"+number+".xml")...)
	}
	merged := conformance(t, dir, nil, "merge", "r2.json", "r1.json", "--report", "json=merged.json")
	if whole.code != outcome.ExitNonconformant || merged.code != whole.code {
		t.Errorf("exit %d of the whole, %d of the parts\n%s%s", whole.code, merged.code, merged.stdout, merged.stderr)
	}
	want, got := breaking(t, dir, "whole.json"), breaking(t, dir, "merged.json")
	if difference := diff.Diff(want, got); difference != "" || len(want) == 0 {
		t.Errorf("-whole +merged:\n%s", difference)
	}
	junit := conformance(t, dir, nil, "merge", "r1.xml", "r2.xml", "--report", "junit=merged.xml")
	if difference := diff.Diff(testCases(t, dir, "whole.xml"), testCases(t, dir, "merged.xml")); junit.code != outcome.ExitNonconformant || difference != "" {
		t.Errorf("JUnit: exit %d, -whole +merged:\n%s%s", junit.code, difference, junit.stderr)
	}
	alone := conformance(t, dir, nil, "merge", "r1.json")
	if unwrapped := strings.Join(strings.Fields(alone.stdout), " "); !strings.Contains(unwrapped, "the report of part 2/2 is missing") {
		t.Errorf("a part alone: exit %d\n%s%s", alone.code, alone.stdout, alone.stderr)
	}
}

// breaking counts the breaking differences in the report of a replay. Those that depend on who
// asked how often before are left out.
func breaking(t *testing.T, dir, name string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Differences []struct {
			Rule, Class, Status, Where string
			Count                      int
		}
	}
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, d := range read.Differences {
		if d.Class == "breaking" && d.Status != "429" {
			counts[d.Rule+" "+d.Status+" "+d.Where] += d.Count
		}
	}
	return counts
}
