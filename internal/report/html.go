package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"conformance/internal/outcome"
	"conformance/internal/page"
)

// HTML is one file for a browser: the verdict, each result with its exchange, the times.
const HTML Kind = "html"

// ComparedTo are the reports of a run, of which the HTML report also shows what changed since
// an earlier run; with nil they are those of Run.
func ComparedTo(earlier *Earlier) Formats[*outcome.Run] {
	formats := slices.Clone(Run)
	for i := range formats {
		if formats[i].Kind == HTML {
			formats[i].Write = func(w io.Writer, run *outcome.Run) error { return page.Write(w, htmlPage(run, earlier)) }
		}
	}
	return formats
}

func writeHTML(w io.Writer, run *outcome.Run) error { return page.Write(w, htmlPage(run, nil)) }

// outcomes are all outcomes, what needs a reader first.
var outcomes = []outcome.Outcome{outcome.Fail, outcome.Warn, outcome.Known, outcome.Skip, outcome.Waived, outcome.Pass}

// The facets of a result, in the order of its values.
const (
	facetOutcome = "outcome"
	facetStatus  = "status"
	facetLevel   = "level"
)

func htmlPage(run *outcome.Run, earlier *Earlier) page.Page {
	p := page.Page{
		Title: "Conformance of " + printable(run.Target),
		Verdict: page.Verdict{
			Word:     printable(string(run.Verdict)),
			Sentence: printable(verdictText(run)),
			Tone:     verdictTone(run.Verdict),
		},
		Facts: []page.Field{
			{Name: "target", Value: printable(run.Target)},
			{Name: "answers", Value: modeText(run.Mode)},
			{Name: "started", Value: run.Started.UTC().Format(time.RFC3339)},
			{Name: "took", Value: run.Duration.Round(time.Millisecond).String()},
			{Name: "exit code", Value: strconv.Itoa(run.ExitCode)},
			{Name: "tool", Value: "conformance " + printable(run.Tool)},
		},
		Summary: matrix(run),
		Noun:    "result",
		Facets: []page.Facet{
			{Name: facetOutcome, Values: used(run, outcomes, func(r outcome.Result) outcome.Outcome { return r.Outcome })},
			{Name: facetStatus, Values: used(run, outcome.Statuses, func(r outcome.Result) string { return r.Status })},
			{Name: facetLevel, Values: used(run, []outcome.Level{outcome.Must, outcome.Should}, func(r outcome.Result) outcome.Level { return r.Level })},
		},
		Entries: resultEntries(run),
	}
	if len(run.Reasons) > 0 {
		p.Sections = append(p.Sections, page.Section{Title: "Reasons", Blocks: []*page.Block{{Body: sentences(run.Reasons)}}})
	}
	if earlier != nil {
		p.Sections = append(p.Sections, trendSection(run, earlier))
	}
	if len(run.Notes) > 0 {
		p.Appendix = append(p.Appendix, page.Section{Title: "Notes", Blocks: []*page.Block{{Body: sentences(run.Notes)}}})
	}
	if len(run.Exchanges) > 0 {
		p.Appendix = append(p.Appendix, waterfall(run))
	}
	return p
}

// matrix counts the results of each status path by their outcomes.
func matrix(run *outcome.Run) page.Table {
	counts := map[string]map[outcome.Outcome]int{}
	for _, result := range run.Results {
		if counts[result.Status] == nil {
			counts[result.Status] = map[outcome.Outcome]int{}
		}
		counts[result.Status][result.Outcome]++
	}
	table := page.Table{Caption: "Status paths and outcomes", Columns: []string{"status"}}
	for _, o := range outcomes {
		table.Columns = append(table.Columns, string(o))
	}
	table.Columns = append(table.Columns, "path")
	for _, status := range outcome.Statuses {
		path := []page.Choice{{Facet: facetStatus, Value: status}}
		row := []page.Cell{{Text: status}}
		if counts[status] != nil {
			row[0].Filter = path
		}
		for _, o := range outcomes {
			row = append(row, countCell(run, o, counts[status][o], path))
		}
		table.Rows = append(table.Rows, append(row, pathCell(run.Statuses[status])))
	}
	total := []page.Cell{{Text: "all"}}
	for _, o := range outcomes {
		total = append(total, countCell(run, o, run.Summary[o], nil))
	}
	table.Rows = append(table.Rows, append(total, page.Cell{Text: pathsText(run)}))
	return table
}

// countCell is the number of results of an outcome, and a link to them.
func countCell(run *outcome.Run, o outcome.Outcome, n int, path []page.Choice) page.Cell {
	if n == 0 {
		return page.Cell{Text: "0", Tone: page.Neutral}
	}
	return page.Cell{
		Text: strconv.Itoa(n), Tone: outcomeTone(run, o),
		Filter: append([]page.Choice{{Facet: facetOutcome, Value: string(o)}}, path...),
	}
}

// pathCell says whether a status path was exercised.
func pathCell(path *outcome.StatusSummary) page.Cell {
	switch {
	case path != nil && path.Exercised:
		return page.Cell{Text: "exercised"}
	case path != nil && path.Waived != "":
		return page.Cell{Text: "waived: " + printable(path.Waived), Tone: page.Warning}
	}
	return page.Cell{Text: "not exercised", Tone: page.Warning}
}

func verdictTone(verdict outcome.Verdict) page.Tone {
	switch verdict {
	case outcome.Conformant:
		return page.Good
	case outcome.Nonconformant:
		return page.Bad
	}
	return page.Warning
}

func outcomeTone(run *outcome.Run, o outcome.Outcome) page.Tone {
	switch {
	case broken(run, outcome.Result{Outcome: o}):
		return page.Bad
	case o == outcome.Warn || o == outcome.Known:
		return page.Warning
	case o == outcome.Pass:
		return page.Good
	}
	return page.Neutral
}

// modeText says where the answers of a run came from.
func modeText(mode outcome.Mode) string {
	switch mode {
	case outcome.Live:
		return "from the target"
	case outcome.Record:
		return "from the target, and recorded"
	case outcome.Replay:
		return "from a recording"
	}
	return printable(string(mode))
}

// used are the values that the results of a run have, of those that there are.
func used[V cmp.Ordered](run *outcome.Run, all []V, of func(outcome.Result) V) []string {
	found := map[V]bool{}
	for _, result := range run.Results {
		found[of(result)] = true
	}
	var values []string
	for _, value := range all {
		if found[value] {
			values = append(values, fmt.Sprint(value))
		}
	}
	return values
}

func sentences(list []string) page.List {
	var shown page.List
	for _, sentence := range list {
		shown = append(shown, printable(sentence))
	}
	return shown
}
