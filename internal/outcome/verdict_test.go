package outcome

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/exchange"
)

// judgedOnce is one passing result for each of the seven paths.
func judgedOnce() []Result {
	var results []Result
	for _, path := range Statuses {
		results = append(results, Result{Requirement: path + "-decision", Status: path, Level: Must, Outcome: Pass})
	}
	return results
}

// with changes the results of one path.
func with(results []Result, path string, change func(*Result)) []Result {
	for i := range results {
		if results[i].Status == path {
			change(&results[i])
		}
	}
	return results
}

func outcomeOf(path string, o Outcome, message string) []Result {
	return with(judgedOnce(), path, func(r *Result) { r.Outcome, r.Message = o, message })
}

func decision(requirement string) bool { return requirement[3:] == "-decision" }

func TestConcludeGivesTheVerdict(t *testing.T) {
	noWaiver := map[string]string(nil)
	waive500 := map[string]string{"500": "no faults here"}
	any := func(o Outcome) []Result {
		return append(judgedOnce(), Result{Requirement: "any-json", Status: "202", Outcome: o})
	}
	everyPath := map[string]string{}
	for _, path := range Statuses {
		everyPath[path] = "not today"
	}
	for name, row := range map[string]struct {
		results []Result
		waive   map[string]string
		strict  bool
		ended   string
		shard   string
		stale   []string
		verdict Verdict
		exit    int
		reasons []string
		notes   []string
	}{
		"all paths pass": {results: judgedOnce(), verdict: Conformant, exit: 0},
		"a failure":      {results: any(Fail), verdict: Nonconformant, exit: 1},
		"a warning":      {results: any(Warn), verdict: Conformant, exit: 0},
		"a warning, strict": {results: any(Warn), strict: true, verdict: Nonconformant, exit: 1,
			reasons: []string{"with --strict, warnings count as failures; there are 1"}},
		"no warning, strict":       {results: judgedOnce(), strict: true, verdict: Conformant, exit: 0},
		"a known failure":          {results: any(Known), verdict: Conformant, exit: 0},
		"a known failure, strict":  {results: any(Known), strict: true, verdict: Conformant, exit: 0},
		"a skip in a judged path":  {results: any(Skip), verdict: Conformant, exit: 0},
		"only failures decide":     {results: outcomeOf("404", Fail, ""), verdict: Nonconformant, exit: 1},
		"a warning exercises":      {results: outcomeOf("404", Warn, ""), verdict: Conformant, exit: 0},
		"a known failure counts":   {results: outcomeOf("404", Known, ""), verdict: Conformant, exit: 0},
		"an outcome of every path": {results: append(judgedOnce(), Result{Requirement: "any-x", Status: "any", Outcome: Fail}), verdict: Nonconformant, exit: 1},
		"a path skipped": {results: outcomeOf("403", Skip, "no credential unprivileged"), verdict: Incomplete, exit: 3,
			reasons: []string{"status path 403 was not exercised: no credential unprivileged"}},
		"a path without results": {results: judgedOnce()[:6], verdict: Incomplete, exit: 3,
			reasons: []string{"status path 500 was not exercised: no case was run"}},
		"a path judged by what does not decide it": {
			results: with(judgedOnce(), "429", func(r *Result) { r.Requirement = "any-json" }), verdict: Incomplete, exit: 3,
			reasons: []string{"status path 429 was not exercised: no case was run"}},
		"a path skipped and a failure": {
			results: append(outcomeOf("403", Skip, "no"), Result{Requirement: "any-json", Status: "202", Outcome: Fail}),
			verdict: Nonconformant, exit: 1, reasons: []string{"status path 403 was not exercised: no"}},
		"a path waived":            {results: outcomeOf("500", Skip, "no fault"), waive: waive500, verdict: Conformant, exit: 0},
		"a waived path, absent":    {results: judgedOnce()[:6], waive: waive500, verdict: Conformant, exit: 0},
		"another path is waived":   {results: outcomeOf("403", Skip, "no"), waive: waive500, verdict: Incomplete, exit: 3, reasons: []string{"status path 403 was not exercised: no"}, notes: []string{"status path 500 was exercised; its waiver is not needed"}},
		"a waived path that ran":   {results: judgedOnce(), waive: waive500, verdict: Conformant, exit: 0, notes: []string{"status path 500 was exercised; its waiver is not needed"}},
		"a waived path that fails": {results: outcomeOf("500", Fail, ""), waive: waive500, verdict: Nonconformant, exit: 1, notes: []string{"status path 500 was exercised; its waiver is not needed"}},
		"everything waived":        {waive: everyPath, verdict: Incomplete, exit: 3, reasons: []string{"nothing was checked"}},
		"interrupted":              {results: judgedOnce(), ended: "the run was interrupted", verdict: Incomplete, exit: 3, reasons: []string{"the run was interrupted"}},
		"interrupted before a path": {results: judgedOnce()[:6], ended: "the run was interrupted", verdict: Incomplete, exit: 3,
			reasons: []string{"the run was interrupted", "status path 500 was not exercised: the run was interrupted"}},
		"interrupted after a failure": {results: any(Fail), ended: "the run was interrupted", verdict: Nonconformant, exit: 1,
			reasons: []string{"the run was interrupted"}},
		"a part of a run": {results: judgedOnce(), shard: "1/2", verdict: Incomplete, exit: 3,
			reasons: []string{`this is part 1/2 of a run; "conformance merge" gives the verdict of all parts`}},
		"a stale entry": {results: judgedOnce(), stale: []string{"baseline: x no longer fails; remove it"}, verdict: Nonconformant, exit: 1,
			reasons: []string{"baseline: x no longer fails; remove it"}},
	} {
		t.Run(name, func(t *testing.T) {
			run := &Run{Results: row.results, Strict: row.strict, Ended: row.ended, Shard: row.shard, Reasons: []string{"of an earlier conclusion"}}
			run.Conclude(row.waive, decision, row.stale)
			if run.Verdict != row.verdict || run.ExitCode != row.exit {
				t.Errorf("verdict %s, exit code %d; want %s, %d", run.Verdict, run.ExitCode, row.verdict, row.exit)
			}
			if diff := cmp.Diff(row.reasons, run.Reasons); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(row.notes, run.Notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("nothing at all", func(t *testing.T) {
		run := &Run{}
		run.Conclude(noWaiver, decision, nil)
		want := []string{
			"status paths 202, 400, 401, 403, 404, 429, 500 were not exercised: no case was run",
			"nothing was checked",
		}
		if diff := cmp.Diff(want, run.Reasons); diff != "" || run.ExitCode != 3 {
			t.Errorf("exit code %d, reasons (-want +got):\n%s", run.ExitCode, diff)
		}
	})
}

func TestConcludeCounts(t *testing.T) {
	run := &Run{Results: []Result{
		{Requirement: "202-decision", Status: "202", Outcome: Pass},
		{Requirement: "202-decision", Status: "202", Outcome: Pass},
		{Requirement: "202-other", Status: "202", Outcome: Warn},
		{Requirement: "202-other", Status: "202", Outcome: Known},
		{Requirement: "400-decision", Status: "400", Outcome: Fail},
		{Requirement: "401-decision", Status: "401", Outcome: Skip, Message: "none"},
		{Requirement: "500-decision", Status: "500", Outcome: Skip, Message: "no fault"},
		{Requirement: "500-other", Status: "500", Outcome: Pass},
		{Requirement: "any-unique", Status: "any", Outcome: Pass},
	}}
	run.Conclude(map[string]string{"500": "no faults here"}, decision, nil)
	wantSummary := map[Outcome]int{Pass: 4, Fail: 1, Warn: 1, Skip: 1, Waived: 1, Known: 1}
	if diff := cmp.Diff(wantSummary, run.Summary); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	wantStatuses := map[string]*StatusSummary{
		"202": {Exercised: true, Pass: 2, Warn: 1, Known: 1},
		"400": {Exercised: true, Fail: 1},
		"401": {Skip: 1},
		"403": {}, "404": {}, "429": {},
		"500": {Waived: "no faults here", Pass: 1},
	}
	if diff := cmp.Diff(wantStatuses, run.Statuses); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	waived := run.Results[6]
	if waived.Outcome != Waived || waived.Message != "waived: no faults here" {
		t.Errorf("the skip of the waived path became %s, %q", waived.Outcome, waived.Message)
	}
	if other := run.Results[5]; other.Outcome != Skip || other.Message != "none" {
		t.Errorf("the skip of another path became %s, %q", other.Outcome, other.Message)
	}
}

// TestConcludeCountsNone: the summary has every outcome, so that a reader of the report finds each.
func TestConcludeCountsNone(t *testing.T) {
	run := &Run{}
	run.Conclude(nil, decision, nil)
	for _, o := range Outcomes {
		if count, counted := run.Summary[o]; count != 0 || !counted {
			t.Errorf("%s: %d, %v", o, count, counted)
		}
	}
	if len(Outcomes) != 6 || len(run.Summary) != 6 {
		t.Errorf("%d outcomes, %d in the summary", len(Outcomes), len(run.Summary))
	}
}

// TestConcludeCountsWhatWasChecked: whatever came of it.
func TestConcludeCountsWhatWasChecked(t *testing.T) {
	for _, outcomes := range [][]Outcome{{Pass}, {Fail}, {Warn}, {Known}, {Pass, Fail}, {Pass, Warn}, {Pass, Known}, {Skip}} {
		run := &Run{}
		for _, o := range outcomes {
			run.Results = append(run.Results, Result{Requirement: "202-decision", Status: "202", Outcome: o})
		}
		run.Conclude(nil, decision, nil)
		if nothing := slices.Contains(run.Reasons, "nothing was checked"); nothing != (outcomes[0] == Skip) {
			t.Errorf("%v: %q", outcomes, run.Reasons)
		}
	}
}

// TestSummarizePath: why a path was not exercised is said of one that is not waived.
func TestSummarizePath(t *testing.T) {
	skipped := outcomeOf("500", Skip, "no fault")
	waive := map[string]string{"500": "no faults here"}
	for name, test := range map[string]struct {
		results []Result
		waive   map[string]string
		summary StatusSummary
		detail  string
	}{
		"exercised":            {judgedOnce(), nil, StatusSummary{Exercised: true, Pass: 1}, ""},
		"skipped":              {skipped, nil, StatusSummary{Skip: 1}, "no fault"},
		"waived":               {skipped, waive, StatusSummary{Waived: "no faults here"}, ""},
		"waived and exercised": {judgedOnce(), waive, StatusSummary{Exercised: true, Pass: 1}, ""},
	} {
		summary, detail := SummarizePath("500", test.results, test.waive, decision)
		if summary != test.summary || detail != test.detail {
			t.Errorf("%s: %+v, %q", name, summary, detail)
		}
	}
	if skipped[len(skipped)-1].Outcome != Skip {
		t.Error("the results were changed")
	}
}

// TestExchangeOfAResult: exchanges are numbered from 1.
func TestExchangeOfAResult(t *testing.T) {
	run := &Run{Exchanges: []exchange.Exchange{{Case: "first"}, {Case: "second"}}}
	for number, want := range map[int]string{-1: "", 0: "", 1: "first", 2: "second", 3: ""} {
		got := ""
		if e := run.Exchange(number); e != nil {
			got = e.Case
		}
		if got != want {
			t.Errorf("exchange %d is %q, want %q", number, got, want)
		}
	}
}

func TestConcludeNamesTheCommonestReasonOfSkips(t *testing.T) {
	skip := func(path, message string) Result {
		return Result{Requirement: path + "-decision", Status: path, Outcome: Skip, Message: message}
	}
	run := &Run{Results: []Result{
		skip("403", "first"), skip("403", "commonest"), skip("403", "commonest"), skip("403", ""), skip("403", ""), skip("403", ""),
		skip("404", "one of two"), skip("404", "two of two"),
		skip("429", "commonest"), skip("429", "commonest"), skip("429", "commonest"),
		{Requirement: "403-other", Status: "403", Outcome: Pass, Message: "first"},
		{Requirement: "403-other", Status: "403", Outcome: Pass, Message: "first"},
	}}
	waive := map[string]string{"202": "-", "400": "-", "401": "-", "500": "-"}
	run.Conclude(waive, decision, nil)
	want := []string{
		"status paths 403, 429 were not exercised: commonest",
		"status path 404 was not exercised: one of two",
	}
	if diff := cmp.Diff(want, run.Reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}
