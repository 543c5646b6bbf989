package selftest

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"conformance/internal/page"
)

// writeHTML writes the matrix as a page: an entry for each fault and legal variant, what is
// wrong first.
func (m *Matrix) writeHTML(w io.Writer) error {
	verdict := page.Verdict{Word: "sound", Sentence: m.Summary(), Tone: page.Good}
	if !m.Sound() {
		verdict.Word, verdict.Tone = "not sound", page.Bad
	}
	p := page.Page{
		Title: "What the suite proves of itself", Verdict: verdict, Noun: "fault",
		Facts: []page.Field{{Name: "repeat", Value: "conformance selftest"}},
		Facets: []page.Facet{
			{Name: "result", Values: []string{"survived", "wrong requirement", "false alarm", "caught", "passed"}},
			{Name: "kind", Values: []string{"fault", "legal variant"}},
		},
	}
	counts := map[string]int{}
	results := m.results()
	for _, row := range m.Rows {
		entry := row.entry(results[row.Fault.Name])
		counts[entry.Values[0]]++
		p.Entries = append(p.Entries, entry)
	}
	slices.SortStableFunc(p.Entries, func(a, b page.Entry) int {
		return slices.Index(p.Facets[0].Values, a.Values[0]) - slices.Index(p.Facets[0].Values, b.Values[0])
	})
	p.Summary = page.Table{Caption: "Faults and legal variants", Columns: []string{"result", "number"}}
	for _, result := range p.Facets[0].Values {
		count := page.Cell{Text: fmt.Sprint(counts[result]), Tone: page.Neutral}
		if counts[result] > 0 {
			count.Tone, count.Filter = tones[result], []page.Choice{{Facet: "result", Value: result}}
		}
		p.Summary.Rows = append(p.Summary.Rows, []page.Cell{{Text: result}, count})
	}
	p.Appendix = append(p.Appendix, m.provenSection())
	return page.Write(w, p)
}

// tones are how good or bad each result is.
var tones = map[string]page.Tone{
	"survived": page.Bad, "wrong requirement": page.Bad, "false alarm": page.Bad, "caught": page.Good, "passed": page.Good,
}

// results says in two words what became of each fault and legal variant that is not as it
// should be; the others were caught, or passed.
func (m *Matrix) results() map[string]string {
	results := map[string]string{}
	for result, rows := range map[string][]Row{"survived": m.Survivors(), "wrong requirement": m.WrongKillers(), "false alarm": m.FalseAlarms()} {
		for _, row := range rows {
			results[row.Fault.Name] = result
		}
	}
	return results
}

func (r Row) entry(result string) page.Entry {
	kind, right := "fault", "caught"
	if r.Fault.Legal {
		kind, right = "legal variant", "passed"
	}
	if result == "" {
		result = right
	}
	fields := page.Fields{
		{Name: "what is different", Value: r.Fault.About},
		{Name: "verdict of the suite", Value: string(r.Verdict)},
		{Name: "caught by", Value: strings.Join(r.named(), ", ")},
	}
	if !r.Fault.Legal {
		fields = append(fields, page.Field{Name: "must be caught by", Value: r.Fault.Requirement})
	}
	return page.Entry{
		Title: r.Fault.Name, Text: r.Fault.About, Tone: tones[result], Values: []string{result, kind},
		Blocks: []*page.Block{
			{Body: fields},
			{Title: "Serve it", Body: page.Command("conformance reference --fault " + r.Fault.Name)},
		},
	}
}

// provenSection tells which faults prove each requirement.
func (m *Matrix) provenSection() page.Section {
	table := page.Table{Caption: "Requirements and the faults that they catch", Columns: []string{"requirement", "level", "faults"}}
	for _, requirement := range m.Requirements {
		proving := page.Cell{Text: strings.Join(m.proving(requirement.ID), ", ")}
		if proving.Text == "" {
			proving = page.Cell{Text: "none", Tone: page.Bad}
		}
		table.Rows = append(table.Rows, []page.Cell{{Text: requirement.ID}, {Text: string(requirement.Level)}, proving})
	}
	return page.Section{Title: "Requirements", Blocks: []*page.Block{{Body: table}}}
}
