package outcome

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/exchange"
)

// monday is when the parts of a run began.
var monday = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// partOfRun is one part of a run of two, in which each status path passed in the first of its
// two exchanges.
func partOfRun(shard string) *Run {
	run := &Run{Tool: "1.0", Target: "http://target", Mode: Live, Shard: shard, Started: monday, Duration: time.Second,
		Results: judgedOnce(), Exchanges: make([]exchange.Exchange, 2)}
	for i := range run.Results {
		run.Results[i].Case, run.Results[i].Exchange = "case of "+shard, 1
	}
	return run
}

func merged(t *testing.T, parts ...*Run) *Run {
	t.Helper()
	whole, err := Merge(parts, decision, nil)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// TestMergeJoins: the whole is no part, began with the first part, took as long as the longest,
// and its results name the exchanges that they named.
func TestMergeJoins(t *testing.T) {
	first, second := partOfRun("1/2"), partOfRun("2/2")
	first.Notes, second.Notes = []string{"of both", "of the first"}, []string{"of both", "of the second"}
	second.Started, second.Duration = monday.Add(-time.Minute), time.Hour
	second.Results = append(second.Results, Result{Requirement: "any-unique", Status: "any", Outcome: Pass})
	first.Exchanges[0].Case, second.Exchanges[0].Case = "case of 1/2", "case of 2/2"
	whole := merged(t, first, second)
	if whole.Verdict != Conformant || whole.Shard != "" || whole.Strict || whole.Mode != Live || whole.Target != "http://target" || whole.Tool != "1.0" {
		t.Errorf("%+v", whole)
	}
	if whole.Started != second.Started || whole.Duration != time.Hour {
		t.Errorf("began at %s and took %s", whole.Started, whole.Duration)
	}
	if difference := cmp.Diff([]string{"of both", "of the first", "of the second"}, whole.Notes); difference != "" {
		t.Errorf("notes (-want +got):\n%s", difference)
	}
	if len(whole.Results) != 2*len(Statuses)+1 || len(whole.Exchanges) != 4 {
		t.Errorf("%d results, %d exchanges", len(whole.Results), len(whole.Exchanges))
	}
	for _, result := range whole.Results {
		named := whole.Exchange(result.Exchange)
		if result.Status == "any" {
			if named != nil {
				t.Errorf("a result without an exchange names exchange %d", result.Exchange)
			}
		} else if named == nil || named.Case != result.Case {
			t.Errorf("%s of %s names exchange %d", result.Requirement, result.Case, result.Exchange)
		}
	}
	if turned := merged(t, second, first); turned.Started != second.Started || turned.Duration != time.Hour {
		t.Errorf("the other way round, it began at %s and took %s", turned.Started, turned.Duration)
	}
}

// TestMergeSorts: the results of a requirement stand together, in the order of the paths.
func TestMergeSorts(t *testing.T) {
	result := func(path, requirement, name string) Result {
		return Result{Status: path, Requirement: requirement, Case: name, Outcome: Pass}
	}
	first, second := partOfRun("1/2"), partOfRun("2/2")
	first.Results = []Result{result("401", "401-z", "1"), result("202", "202-b", "2")}
	second.Results = []Result{result("202", "202-a", "3"), result("401", "401-z", "4"), result("202", "202-b", "5")}
	var order []string
	for _, r := range merged(t, first, second).Results {
		order = append(order, r.Requirement+" "+r.Case)
	}
	if difference := cmp.Diff([]string{"202-b 2", "202-b 5", "202-a 3", "401-z 1", "401-z 4"}, order); difference != "" {
		t.Errorf("order (-want +got):\n%s", difference)
	}
}

// TestMergeKeepsTheWorst: of what several parts found of one case, whoever comes first.
func TestMergeKeepsTheWorst(t *testing.T) {
	for _, pair := range [][2]Outcome{{Skip, Pass}, {Pass, Known}, {Known, Warn}, {Warn, Fail}, {Waived, Pass}, {Skip, Fail}} {
		for _, parts := range [][2]Outcome{pair, {pair[1], pair[0]}} {
			first, second := partOfRun("1/2"), partOfRun("2/2")
			first.Results[0].Case, second.Results[0].Case = "of both", "of both"
			first.Results[0].Outcome, second.Results[0].Outcome = parts[0], parts[1]
			whole := merged(t, first, second)
			if len(whole.Results) != 2*len(Statuses)-1 || whole.Results[0].Outcome != pair[1] {
				t.Errorf("%s and %s: %d results, %s; want %s", parts[0], parts[1], len(whole.Results), whole.Results[0].Outcome, pair[1])
			}
		}
	}
}

// TestMergeWaives: a path that no part exercised is waived as the parts waived it; one that some
// part exercised is not.
func TestMergeWaives(t *testing.T) {
	part := func(shard string, o Outcome) *Run {
		run := partOfRun(shard)
		with(run.Results, "500", func(r *Result) { r.Outcome = o })
		run.Conclude(map[string]string{"500": "no faults here"}, decision, nil)
		return run
	}
	if whole := merged(t, part("1/2", Skip), part("2/2", Skip)); whole.Verdict != Conformant || whole.Statuses["500"].Waived != "no faults here" || whole.Summary[Waived] != 2 {
		t.Errorf("%s, %+v, %v", whole.Verdict, whole.Statuses["500"], whole.Summary)
	}
	unwaived := part("1/2", Skip)
	unwaived.Statuses["500"].Waived, unwaived.Statuses["404"] = "", nil
	if whole := merged(t, unwaived); whole.Verdict != Incomplete || whole.Statuses["500"].Waived != "" || whole.Summary[Skip] != 1 {
		t.Errorf("%s, %+v, %v", whole.Verdict, whole.Statuses["500"], whole.Summary)
	}
	whole := merged(t, part("1/2", Skip), part("2/2", Pass))
	if whole.Verdict != Conformant || whole.Statuses["500"].Waived != "" || !whole.Statuses["500"].Exercised || whole.Summary[Skip] != 1 {
		t.Errorf("%s, %+v, %v", whole.Verdict, whole.Statuses["500"], whole.Summary)
	}
}

// TestMergeExcuses: the baseline is asked about the whole, unless the whole is not all there.
func TestMergeExcuses(t *testing.T) {
	ended := partOfRun("2/2")
	ended.Ended = "the run was interrupted"
	for name, test := range map[string]struct {
		parts   []*Run
		verdict Verdict
		reason  string
	}{
		"all parts":           {[]*Run{partOfRun("1/2"), partOfRun("2/2")}, Nonconformant, "remove it"},
		"a part is missing":   {[]*Run{partOfRun("1/2")}, Incomplete, "the report of part 2/2 is missing"},
		"a part was stopped":  {[]*Run{partOfRun("1/2"), ended}, Incomplete, "part 2/2: the run was interrupted"},
		"stopped and missing": {[]*Run{ended}, Incomplete, "the report of part 1/2 is missing"},
	} {
		asked := 0
		whole, err := Merge(test.parts, decision, func(results []Result) []string { asked = len(results); return []string{"remove it"} })
		if err != nil {
			t.Fatal(err)
		}
		if whole.Verdict != test.verdict || !cmp.Equal(whole.Reasons, []string{test.reason}) || (asked == 2*len(Statuses)) != (test.verdict == Nonconformant) {
			t.Errorf("%s: %s, %q, asked of %d results", name, whole.Verdict, whole.Reasons, asked)
		}
	}
}

// TestMergeRefuses: nothing, and parts of different runs.
func TestMergeRefuses(t *testing.T) {
	other := func(change func(*Run)) []*Run {
		parts := []*Run{partOfRun("1/2"), partOfRun("2/2")}
		change(parts[1])
		return parts
	}
	const first = "; the first is of http://target, by version 1.0, strict false"
	for name, test := range map[string]struct {
		parts []*Run
		says  string
	}{
		"nothing":        {nil, "there is nothing to merge"},
		"another target": {other(func(r *Run) { r.Target = "http://other" }), "report 2 of 2 is of another run: of http://other, by version 1.0, strict false" + first},
		"strict":         {other(func(r *Run) { r.Strict = true }), "report 2 of 2 is of another run: of http://target, by version 1.0, strict true" + first},
		"by another":     {other(func(r *Run) { r.Tool = "2.0" }), "report 2 of 2 is of another run: of http://target, by version 2.0, strict false" + first},
		"the same part":  {other(func(r *Run) { r.Shard = "1/2" }), "part 1/2 is given twice"},
		"no part":        {other(func(r *Run) { r.Shard = "" }), "report 2 of 2 is not of a part"},
	} {
		if whole, err := Merge(test.parts, decision, nil); err == nil || whole != nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, %v; want %q", name, whole, err, test.says)
		}
	}
}
