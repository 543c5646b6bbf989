package verify

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/contract"
	"conformance/internal/outcome"
)

// partOfTraffic is the report of one part of two: any-envelope is broken, any-json holds, and
// any-messages was not judged.
func partOfTraffic(part string) *Report {
	requirement := func(id string) outcome.Requirement {
		return outcome.Requirement{ID: id, Level: outcome.Must, Status: "any"}
	}
	example := Example{
		Place:     Place{File: "202.yaml", Cassette: "202", Number: 3, Line: 40, Exchange: 7},
		Violation: contract.Violation{Where: "/id", Expected: "a text", Seen: "7"}, Violations: 2,
		Why: "why", Answered: 404, Case: "c", Curl: "curl x",
	}
	return &Report{
		Tool: "1.0", Paths: []string{"s"}, Part: part, Started: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Duration: time.Second,
		Interactions: 10, Judged: 6, Others: 3, Unrecorded: 1, Statuses: map[string]int{"202": 5, "none": 1},
		Requirements: []Requirement{
			{Requirement: requirement("any-envelope"), Outcome: outcome.Fail, Held: 4, Broken: 1, Doubtful: 1, Message: "broken", Examples: []Example{example}},
			{Requirement: requirement("any-json"), Outcome: outcome.Pass, Held: 6},
			{Requirement: requirement("any-messages"), Outcome: outcome.Skip, Message: whyNotShown},
		},
		Suspects: []SuspectGroup{{Rule: "token", Count: 2}}, Warnings: []string{"of both"},
		Verdict: outcome.Nonconformant, ExitCode: 1, Reasons: []string{"a reason"}, Notes: []string{"a note"},
	}
}

func reportFile(t *testing.T, text []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestReadReport: what is read is what was written.
func TestReadReport(t *testing.T) {
	written := partOfTraffic("1/2")
	written.Strict = true
	text := asJSON(t, written)
	read, err := ReadReport(reportFile(t, text))
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(string(text), string(asJSON(t, read))); difference != "" {
		t.Errorf("-written +written again:\n%s", difference)
	}
	if got, want := read.Requirements[0].Examples[0], written.Requirements[0].Examples[0]; got.Violations != 2 || got.Place != want.Place || got.Violation != want.Violation || got.Curl != want.Curl {
		t.Errorf("read the example %+v, want %+v", got, want)
	}
}

func TestReadReportRefuses(t *testing.T) {
	good := asJSON(t, partOfTraffic("1/2"))
	const advice = `; give a file that "conformance verify --report json=FILE" wrote`
	for _, test := range []struct {
		text []byte
		says string
	}{
		{[]byte("{"), "the JSON breaks off at its end" + advice},
		{bytes.Replace(good, []byte(`"verify"`), []byte(`"replay"`), 1), `found kind "replay" and schemaVersion 1, expected "verify" and 1` + advice},
		{bytes.Replace(good, []byte(`"schemaVersion": 1`), []byte(`"schemaVersion": 2`), 1), `found kind "verify" and schemaVersion 2, expected "verify" and 1` + advice},
	} {
		file := reportFile(t, test.text)
		if r, err := ReadReport(file); err == nil || r != nil || err.Error() != file+": "+test.says {
			t.Errorf("%v; want %s", err, test.says)
		}
	}
	if _, err := ReadReport("nowhere.json"); err == nil || !strings.Contains(err.Error(), "nowhere.json") {
		t.Errorf("%v", err)
	}
}

// known finds any requirement but those that nobody knows.
func known(id string) (outcome.Requirement, bool) {
	return outcome.Requirement{ID: id, Level: outcome.Must, Status: "any", Sentence: "of " + id}, id != "any-invented"
}

func merge(t *testing.T, parts ...*Report) *Report {
	t.Helper()
	whole, err := Merge(parts, known, &outcome.Baseline{}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// TestMergeAddsUp: what the parts counted; the first examples stay.
func TestMergeAddsUp(t *testing.T) {
	first, second := partOfTraffic("1/2"), partOfTraffic("2/2")
	second.Duration, second.Warnings = time.Hour, []string{"of both", "of the second"}
	second.Suspects = []SuspectGroup{{Rule: "key", Count: 1}, {Rule: "token", Count: 3}}
	second.Statuses = map[string]int{"202": 1, "404": 2}
	second.Requirements[0].Examples = slices.Repeat(second.Requirements[0].Examples, mostExamples)
	whole := merge(t, first, second)
	if whole.Part != "" || whole.Duration != time.Hour || whole.Interactions != 20 || whole.Judged != 12 || whole.Others != 6 || whole.Unrecorded != 2 || whole.Started != first.Started {
		t.Errorf("%+v", whole)
	}
	if difference := cmp.Diff(map[string]int{"202": 6, "404": 2, "none": 1}, whole.Statuses); difference != "" {
		t.Errorf("statuses: -want +got:\n%s", difference)
	}
	if difference := cmp.Diff([]SuspectGroup{{Rule: "token", Count: 5}, {Rule: "key", Count: 1}}, whole.Suspects); difference != "" {
		t.Errorf("suspects: -want +got:\n%s", difference)
	}
	if difference := cmp.Diff([]string{"of both", "of the second"}, whole.Warnings); difference != "" {
		t.Errorf("warnings: -want +got:\n%s", difference)
	}
	broken, held, open := whole.Requirements[0], whole.Requirements[1], whole.Requirements[2]
	if broken.Outcome != outcome.Fail || broken.Held != 8 || broken.Broken != 2 || broken.Doubtful != 2 || broken.Sentence != "of any-envelope" || len(broken.Examples) != mostExamples {
		t.Errorf("%+v", broken)
	}
	if held.Outcome != outcome.Pass || held.Held != 12 || open.Outcome != outcome.Skip || open.Judged() != 0 {
		t.Errorf("%+v\n%+v", held, open)
	}
	if whole.Verdict != outcome.Nonconformant || whole.ExitCode != outcome.ExitNonconformant || len(whole.Reasons) != 0 {
		t.Errorf("%s, exit %d, %q", whole.Verdict, whole.ExitCode, whole.Reasons)
	}
}

// TestMergeWithoutAPart: there is no verdict, unless something is broken already.
func TestMergeWithoutAPart(t *testing.T) {
	broken, right := partOfTraffic("1/2"), partOfTraffic("1/2")
	right.Requirements = right.Requirements[1:]
	for want, part := range map[outcome.Verdict]*Report{outcome.Nonconformant: broken, outcome.Incomplete: right} {
		whole := merge(t, part)
		if whole.Verdict != want || (whole.ExitCode == outcome.ExitNoVerdict) != (want == outcome.Incomplete) || !slices.Equal(whole.Reasons, []string{"the report of part 2/2 is missing"}) {
			t.Errorf("%s, exit %d, %q; want %s", whole.Verdict, whole.ExitCode, whole.Reasons, want)
		}
	}
}

// TestMergeExcuses: the baseline is asked about the whole, and of what is missing nothing is said.
func TestMergeExcuses(t *testing.T) {
	file := reportFile(t, []byte("any-envelope: {reason: soon}\nany-json: {reason: later}\n"))
	baseline, err := outcome.LoadBaseline(file, []string{"any-envelope", "any-json"})
	if err != nil {
		t.Fatal(err)
	}
	for verdict, parts := range map[outcome.Verdict][]*Report{
		outcome.Nonconformant: {partOfTraffic("1/2"), partOfTraffic("2/2")},
		outcome.Incomplete:    {partOfTraffic("1/2")},
	} {
		whole, err := Merge(parts, known, baseline, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		stale := slices.Contains(whole.Reasons, "baseline: any-json no longer fails; remove it")
		if found := whole.Requirements[0]; whole.Verdict != verdict || found.Outcome != outcome.Known || !strings.Contains(found.Message, "known: soon") || stale != (len(parts) == 2) {
			t.Errorf("%s, %q, %+v", whole.Verdict, whole.Reasons, found)
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	other := func(change func(*Report)) *Report {
		r := partOfTraffic("2/2")
		change(r)
		return r
	}
	const ofOther = "report 2 of 2 is of other traffic, or of another filter, than the first"
	for name, test := range map[string]struct {
		second *Report
		says   string
	}{
		"other traffic":  {other(func(r *Report) { r.Paths = []string{"t"} }), ofOther},
		"strict":         {other(func(r *Report) { r.Strict = true }), ofOther},
		"another filter": {other(func(r *Report) { r.Requirements = r.Requirements[1:] }), ofOther},
		"the same part":  {partOfTraffic("1/2"), "part 1/2 is given twice"},
		"no part":        {partOfTraffic(""), "report 2 of 2 is not of a part"},
	} {
		if _, err := Merge([]*Report{partOfTraffic("1/2"), test.second}, known, nil, time.Now()); err == nil || !strings.HasPrefix(err.Error(), test.says) {
			t.Errorf("%s: %v, want %s", name, err, test.says)
		}
	}
	newer := partOfTraffic("1/1")
	newer.Requirements[1].ID = "any-invented"
	if _, err := Merge([]*Report{newer}, known, nil, time.Now()); err == nil || !strings.Contains(err.Error(), `no requirement is called "any-invented"`) {
		t.Errorf("%v", err)
	}
}
