package resend

import (
	"fmt"
	"io"

	"conformance/internal/outcome"
	"conformance/internal/page"
	"conformance/internal/report"
)

// tones are how bad a difference of each class is.
var tones = map[Class]page.Tone{Breaking: page.Bad, Tolerable: page.Warning, Noise: page.Neutral}

// writeHTML writes a page with an entry for each group of equal differences, the worst first.
func writeHTML(w io.Writer, r *Report) error {
	verdict := page.Verdict{Word: "nothing breaking", Sentence: r.Summary(), Tone: page.Good}
	switch r.ExitCode() {
	case outcome.ExitNonconformant:
		verdict.Word, verdict.Tone = "breaking differences", page.Bad
	case outcome.ExitNoVerdict:
		verdict.Word, verdict.Tone = "no verdict", page.Warning
	}
	verdict.Sentence = report.Printable(verdict.Sentence)
	p := page.Page{
		Title: report.Printable("Replay of " + r.Session), Verdict: verdict, Noun: "difference",
		Facts:   []page.Field{{Name: "target", Value: report.Printable(r.Target)}, {Name: "sent", Value: fmt.Sprint(r.Sent)}, {Name: "equal", Value: fmt.Sprint(r.Equal)}},
		Facets:  []page.Facet{{Name: "class"}, {Name: "recorded status"}},
		Summary: page.Table{Caption: "Answers by their worst difference", Columns: []string{"class", "answers"}},
	}
	for _, class := range Classes {
		p.Facets[0].Values = append(p.Facets[0].Values, string(class))
		count := page.Cell{Text: fmt.Sprint(r.Differing[class]), Tone: page.Neutral}
		if r.Differing[class] > 0 {
			count.Tone, count.Filter = tones[class], []page.Choice{{Facet: "class", Value: string(class)}}
		}
		p.Summary.Rows = append(p.Summary.Rows, []page.Cell{{Text: string(class)}, count})
	}
	for _, g := range r.Groups {
		p.Entries = append(p.Entries, g.entry())
	}
	var unsent page.List
	for _, n := range r.NotSent {
		unsent = append(unsent, report.Printable(fmt.Sprintf("%d: %s %v", n.Count, n.Reason, n.About)))
	}
	var notes page.List
	for _, note := range r.Notes {
		notes = append(notes, report.Printable(note))
	}
	for _, section := range []struct {
		title string
		list  page.List
	}{{"Not sent", unsent}, {"Notes", notes}} {
		if len(section.list) > 0 {
			p.Appendix = append(p.Appendix, page.Section{Title: section.title, Blocks: []*page.Block{{Body: section.list}}})
		}
	}
	if len(r.Latency) > 0 {
		p.Appendix = append(p.Appendix, page.Section{Title: "Latency", Blocks: []*page.Block{{Body: r.latencyTable()}}})
	}
	return page.Write(w, p)
}

func (g Group) entry() page.Entry {
	rule, _ := FindRule(g.Rule)
	entry := page.Entry{
		Title: report.Printable(g.Rule + " " + g.Where), Text: report.Printable(change(g.Difference) + ", in " + counted(g.Count, "answer", "answers")),
		Tone: tones[g.Class()], Values: []string{string(g.Class()), report.Printable(g.Status)},
		Blocks: []*page.Block{{Body: page.Text(rule.Why)}},
	}
	for _, e := range g.Examples {
		entry.Blocks = append(entry.Blocks, &page.Block{Title: report.Printable(fmt.Sprintf("#%d %s", e.Number, e.Place)), Body: page.Fields{
			{Name: "was", Value: report.Printable(e.Was)}, {Name: "is", Value: report.Printable(e.Is)},
		}}, &page.Block{Title: "Repeat", Body: page.Command(report.Printable(e.Curl))})
	}
	return entry
}

// latencyTable shows how long answers took, then and now.
func (r *Report) latencyTable() page.Table {
	table := page.Table{Caption: "Latency by recorded status, then and now", Columns: []string{"status", "answers", "p50", "p90", "p99", "max"}}
	for _, l := range r.Latency {
		pair := func(pick func(Percentiles) fmt.Stringer) page.Cell {
			return page.Cell{Text: fmt.Sprintf("%s / %s", pick(l.Then), pick(l.Now))}
		}
		table.Rows = append(table.Rows, []page.Cell{
			{Text: report.Printable(l.Status)}, {Text: fmt.Sprint(l.Now.Count)},
			pair(func(p Percentiles) fmt.Stringer { return p.P50 }), pair(func(p Percentiles) fmt.Stringer { return p.P90 }),
			pair(func(p Percentiles) fmt.Stringer { return p.P99 }), pair(func(p Percentiles) fmt.Stringer { return p.Max }),
		})
	}
	return table
}
