package verify

import (
	"fmt"
	"io"
	"slices"

	"conformance/internal/outcome"
	"conformance/internal/page"
	"conformance/internal/report"
)

// tones are how bad each outcome is.
var tones = map[outcome.Outcome]page.Tone{
	outcome.Fail: page.Bad, outcome.Warn: page.Warning, outcome.Known: page.Warning, outcome.Pass: page.Good, outcome.Skip: page.Neutral,
}

// shown are the outcomes of a requirement, what needs a reader first.
var shown = []outcome.Outcome{outcome.Fail, outcome.Warn, outcome.Known, outcome.Skip, outcome.Pass}

// writeHTML writes a page with an entry for each requirement.
func writeHTML(w io.Writer, r *Report) error {
	verdict := page.Verdict{Word: string(r.Verdict), Sentence: r.sentence(), Tone: page.Good}
	switch r.Verdict {
	case outcome.Nonconformant:
		verdict.Tone = page.Bad
	case outcome.Incomplete:
		verdict.Tone = page.Warning
	}
	p := page.Page{
		Title: "Recorded traffic against the page", Verdict: verdict, Noun: "requirement",
		Facts: []page.Field{{Name: "interactions", Value: fmt.Sprint(r.Interactions)}, {Name: "judged", Value: fmt.Sprint(r.Judged)},
			{Name: "of other operations", Value: fmt.Sprint(r.Others)}},
		Facets:  []page.Facet{{Name: "outcome"}, {Name: "level", Values: []string{string(outcome.Must), string(outcome.Should)}}},
		Summary: page.Table{Caption: "Requirements by outcome", Columns: []string{"outcome", "requirements"}},
	}
	for _, path := range r.Paths {
		p.Facts = append(p.Facts, page.Field{Name: "traffic", Value: report.Printable(path)})
	}
	counts := r.Summary()
	for _, o := range shown {
		p.Facets[0].Values = append(p.Facets[0].Values, string(o))
		count := page.Cell{Text: fmt.Sprint(counts[o]), Tone: page.Neutral}
		if counts[o] > 0 {
			count.Tone, count.Filter = tones[o], []page.Choice{{Facet: "outcome", Value: string(o)}}
		}
		p.Summary.Rows = append(p.Summary.Rows, []page.Cell{{Text: string(o)}, count})
	}
	for _, found := range r.Requirements {
		p.Entries = append(p.Entries, found.entry())
	}
	slices.SortStableFunc(p.Entries, func(a, b page.Entry) int {
		return slices.Index(p.Facets[0].Values, a.Values[0]) - slices.Index(p.Facets[0].Values, b.Values[0])
	})
	for _, section := range []struct {
		title     string
		sentences []string
	}{{"Reasons", r.Reasons}, {"Warnings", r.Warnings}, {"Notes", r.Notes}, {"What looks like secrets", r.suspectLines()}} {
		if len(section.sentences) > 0 {
			var list page.List
			for _, sentence := range section.sentences {
				list = append(list, report.Printable(sentence))
			}
			p.Appendix = append(p.Appendix, page.Section{Title: section.title, Blocks: []*page.Block{{Body: list}}})
		}
	}
	return page.Write(w, p)
}

func (r *Report) suspectLines() []string {
	var lines []string
	for _, group := range r.Suspects {
		lines = append(lines, fmt.Sprintf("%s (%s), %d times: %v", group.What, group.Rule, group.Count, group.Places))
	}
	return lines
}

func (r Requirement) entry() page.Entry {
	entry := page.Entry{
		Title: r.ID, Text: report.Printable(r.Checks + ". " + r.Message), Tone: tones[r.Outcome], Values: []string{string(r.Outcome), string(r.Level)},
		Blocks: []*page.Block{{Body: page.Fields{
			{Name: "sentence", Value: r.Sentence}, {Name: "source", Value: r.Source},
			{Name: "held", Value: fmt.Sprint(r.Held)}, {Name: "broken", Value: fmt.Sprint(r.Broken)}, {Name: "doubtful", Value: fmt.Sprint(r.Doubtful)},
		}}},
	}
	for _, e := range r.Examples {
		entry.Blocks = append(entry.Blocks, &page.Block{Title: report.Printable(e.Place.String() + answered(e)), Body: page.Fields{
			{Name: "at", Value: report.Printable(e.Violation.Where)},
			{Name: "expected", Value: report.Printable(report.Excerpt(e.Violation.Expected))},
			{Name: "seen", Value: report.Printable(report.Excerpt(e.Violation.Seen))},
		}})
		if e.Curl != "" {
			entry.Blocks = append(entry.Blocks, &page.Block{Title: "Repeat", Body: page.Command(report.Printable(e.Curl))})
		}
	}
	return entry
}
