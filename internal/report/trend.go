package report

import (
	"fmt"
	"strconv"
	"time"

	"conformance/internal/outcome"
	"conformance/internal/page"
)

// trend is what changed between two runs. Each list is in the order of the later run, but for
// gone, which is in that of the earlier one.
type trend struct {
	newlyFailing, newlyPassing, stillFailing []outcome.Result
	// gone failed in the earlier run and were not looked at in the later one, which says nothing
	// of whether they are mended.
	gone []outcome.Result
}

// check is what makes results of two runs comparable.
type check struct{ requirement, caseName, status string }

func checkOf(r outcome.Result) check { return check{r.Requirement, r.Case, r.Status} }

// compare tells what changed since an earlier run. What a baseline excuses still fails. Both
// runs are judged by whether the later one is strict, so that the flag alone changes nothing.
func compare(run *outcome.Run, earlier *Earlier) trend {
	fails := func(r outcome.Result) bool { return broken(run, r) || r.Outcome == outcome.Known }
	failed := map[check]bool{}
	for _, result := range earlier.results {
		failed[checkOf(result)] = failed[checkOf(result)] || fails(result)
	}
	var t trend
	judged := map[check]bool{}
	for _, result := range run.Results {
		if unexercised(result) {
			continue
		}
		key := checkOf(result)
		judged[key] = true
		switch {
		case fails(result) && failed[key]:
			t.stillFailing = append(t.stillFailing, result)
		case fails(result):
			t.newlyFailing = append(t.newlyFailing, result)
		case failed[key]:
			t.newlyPassing = append(t.newlyPassing, result)
		}
	}
	for _, result := range earlier.results {
		if fails(result) && !judged[checkOf(result)] {
			t.gone = append(t.gone, result)
		}
	}
	return t
}

// trendLimit is how many results of each kind of change are named.
const trendLimit = 50

// trendSection shows what changed since an earlier run.
func trendSection(run *outcome.Run, earlier *Earlier) page.Section {
	section := page.Section{Title: "Since the run of " + earlier.started.UTC().Format(time.RFC3339)}
	add := func(title string, body page.Body) {
		section.Blocks = append(section.Blocks, &page.Block{Title: title, Body: body})
	}
	if earlier.target != run.Target {
		add("", page.Text("The earlier run was of another target: "+printable(earlier.target)))
	}
	t := compare(run, earlier)
	for _, part := range []struct {
		title   string
		results []outcome.Result
	}{
		{"Newly failing", t.newlyFailing},
		{"Newly passing", t.newlyPassing},
		{"Still failing", t.stillFailing},
		{"Failed then, not looked at now", t.gone},
	} {
		if len(part.results) > 0 {
			add(fmt.Sprintf("%s: %d", part.title, len(part.results)), checkList(part.results))
		}
	}
	if len(section.Blocks) == 0 {
		add("", page.Text("No failure came or went."))
	}
	add("", thenAndNow(run, earlier))
	return section
}

func checkList(results []outcome.Result) page.List {
	var list page.List
	for _, result := range results[:min(len(results), trendLimit)] {
		list = append(list, fmt.Sprintf("%s, case %s", printable(result.Requirement), printable(result.Case)))
	}
	if more := len(results) - trendLimit; more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	return list
}

// thenAndNow counts both runs.
func thenAndNow(run *outcome.Run, earlier *Earlier) page.Table {
	then := map[outcome.Outcome]int{}
	for _, result := range earlier.results {
		then[result.Outcome]++
	}
	table := page.Table{Columns: []string{"count", "then", "now"}, Rows: [][]page.Cell{
		{{Text: "verdict"}, {Text: printable(string(earlier.verdict))}, {Text: printable(string(run.Verdict))}},
	}}
	for _, o := range outcomes {
		table.Rows = append(table.Rows, []page.Cell{{Text: string(o)}, {Text: strconv.Itoa(then[o])}, {Text: strconv.Itoa(run.Summary[o])}})
	}
	return table
}
