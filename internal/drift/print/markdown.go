package print

import (
	"fmt"
	"io"
	"strings"

	"conformance/internal/drift"
	"conformance/internal/report"
)

// writeMarkdown writes a report for a pull request or an issue. Foreign text stands in code
// spans, where GitHub reads no markup, links or names of people in it.
func writeMarkdown(w io.Writer, r *drift.Report) error {
	var text strings.Builder
	fmt.Fprintf(&text, "# Drift of %s\n\nFrom %s to %s: **%s**.\n", code(r.Operation), code(r.Old.Name), code(r.New.Name), r.Summary())
	for _, grade := range drift.Grades {
		groups := r.Groups(grade)
		if len(groups) == 0 {
			continue
		}
		heading := strings.ToUpper(string(grade[:1])) + string(grade[1:])
		fmt.Fprintf(&text, "\n## %s\n\n| where | what | rule | why | evidence |\n| --- | --- | --- | --- | --- |\n", heading)
		for _, group := range groups {
			fmt.Fprintf(&text, "| %s | %s | %s | %s (%s) | %s |\n", code(group.Places()), code(difference(group.Change)),
				group.Rule, group.Why, group.Hits, code(evidence(group.Change)))
		}
	}
	if len(r.Ignored) > 0 {
		text.WriteString("\n## Ignored\n\n| where | what | rule | reason | until |\n| --- | --- | --- | --- | --- |\n")
		for _, ignored := range r.Ignored {
			fmt.Fprintf(&text, "| %s | %s | %s | %s | %s |\n", code(ignored.Where.String()), code(difference(ignored.Change)),
				ignored.Rule, code(ignored.Reason), ignored.Until)
		}
	}
	for i, note := range append(r.Stale[:len(r.Stale):len(r.Stale)], r.Notes...) {
		if i == 0 {
			text.WriteString("\n## Notes\n\n")
		}
		fmt.Fprintf(&text, "- %s\n", code(note))
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// code is a text as a code span in a cell of a table: its fence is longer than any run of
// backticks in it (CommonMark section 6.1), and a bar does not end the cell.
func code(text string) string {
	text = strings.ReplaceAll(report.Printable(text), "|", `\|`)
	if text == "" {
		return ""
	}
	longestRun, run := 0, 0
	for _, r := range text {
		run++
		if r != '`' {
			run = 0
		}
		longestRun = max(longestRun, run)
	}
	fence := strings.Repeat("`", longestRun+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}
