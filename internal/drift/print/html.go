package print

import (
	"fmt"
	"io"
	"strings"

	"conformance/internal/drift"
	"conformance/internal/page"
	"conformance/internal/report"
)

// tones are how bad a change of each grade is.
var tones = map[drift.Grade]page.Tone{drift.Breaking: page.Bad, drift.Notable: page.Warning, drift.Harmless: page.Neutral}

// writeHTML writes a page with an entry for each change, the worst first.
func writeHTML(w io.Writer, r *drift.Report) error {
	verdict := page.Verdict{Word: "unchanged", Sentence: r.Summary(), Tone: page.Good}
	if len(r.Changes) > 0 {
		verdict.Word, verdict.Tone = "changed", page.Neutral
	}
	if r.ExitCode() != 0 {
		verdict.Tone = page.Bad
	}
	p := page.Page{
		Title: report.Printable("Drift of " + r.Operation), Verdict: verdict, Noun: "change",
		Facts:   []page.Field{{Name: "old", Value: report.Printable(r.Old.Name)}, {Name: "new", Value: report.Printable(r.New.Name)}, {Name: "fails on", Value: string(r.FailOn)}},
		Facets:  []page.Facet{{Name: "grade"}, {Name: "hits"}},
		Summary: page.Table{Caption: "Changes by grade", Columns: []string{"grade", "changes"}},
	}
	for _, grade := range drift.Grades {
		p.Facets[0].Values = append(p.Facets[0].Values, string(grade))
		groups := r.Groups(grade)
		count := page.Cell{Text: fmt.Sprint(len(groups)), Tone: page.Neutral}
		if len(groups) > 0 {
			count.Tone, count.Filter = tones[grade], []page.Choice{{Facet: "grade", Value: string(grade)}}
		}
		p.Summary.Rows = append(p.Summary.Rows, []page.Cell{{Text: string(grade)}, count})
		for _, group := range groups {
			p.Entries = append(p.Entries, entry(group))
		}
	}
	if notes := append(r.Stale[:len(r.Stale):len(r.Stale)], r.Notes...); len(notes) > 0 {
		p.Appendix = append(p.Appendix, page.Section{Title: "Notes", Blocks: []*page.Block{{Body: printable(notes)}}})
	}
	return page.Write(w, p)
}

func entry(group drift.Group) page.Entry {
	change := group.Change
	fields := page.Fields{{Name: "why", Value: group.Why}, {Name: "hits", Value: string(group.Hits)}, {Name: "rule", Value: group.Rule}}
	for _, field := range []page.Field{{Name: "old", Value: change.Old}, {Name: "new", Value: change.New}, {Name: "rests on", Value: evidence(change)}} {
		if field.Value != "" {
			fields = append(fields, page.Field{Name: field.Name, Value: report.Printable(field.Value)})
		}
	}
	return page.Entry{
		Title: report.Printable(group.Places()), Text: report.Printable(difference(change)), Tone: tones[group.Grade],
		Values: []string{string(group.Grade), string(group.Hits)},
		Blocks: []*page.Block{{Body: fields}, {Title: "Read the rule", Body: page.Command("conformance explain " + group.Rule)}},
	}
}

func printable(sentences []string) page.List {
	var list page.List
	for _, sentence := range sentences {
		list = append(list, report.Printable(strings.TrimSpace(sentence)))
	}
	return list
}
