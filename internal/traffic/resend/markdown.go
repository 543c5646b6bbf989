package resend

import (
	"fmt"
	"html"
	"io"
	"strings"

	"conformance/internal/report"
)

// writeMarkdown writes the report for a pull request or a wiki. Foreign text stands in HTML code
// elements, where nothing of it is Markdown.
func writeMarkdown(w io.Writer, r *Report) error {
	var text strings.Builder
	fmt.Fprintf(&text, "## Replay of %s at %s\n\n%s (exit %d)\n", code(r.Session), code(r.Target), report.Printable(r.Summary()), r.ExitCode())
	for _, class := range Classes {
		heading := fmt.Sprintf("\n### %s\n\n| Rule | Status | Where | Was | Is | Answers |\n| --- | --- | --- | --- | --- | ---: |\n", looks[class].heading)
		for _, g := range r.Groups {
			if g.Class() != class {
				continue
			}
			text.WriteString(heading)
			heading = ""
			fmt.Fprintf(&text, "| %s | %s | %s | %s | %s | %d |\n", g.Rule, g.Status, code(g.Where), code(g.Was), code(g.Is), g.Count)
		}
	}
	if len(r.NotSent) > 0 {
		text.WriteString("\n### Not sent\n\n")
	}
	for _, n := range r.NotSent {
		fmt.Fprintf(&text, "- %d: %s", n.Count, code(n.Reason))
		for _, about := range n.About {
			text.WriteString(" " + code(about))
		}
		text.WriteString("\n")
	}
	if len(r.Latency) > 0 {
		text.WriteString("\n### Latency, then / now\n\n| Status | Answers | p50 | p90 | p99 | max |\n| --- | ---: | ---: | ---: | ---: | ---: |\n")
	}
	for _, l := range r.Latency {
		fmt.Fprintf(&text, "| %s | %d | %s | %s | %s | %s |\n", l.Status, l.Now.Count,
			both(l.Then.P50, l.Now.P50), both(l.Then.P90, l.Now.P90), both(l.Then.P99, l.Now.P99), both(l.Then.Max, l.Now.Max))
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// code shows a foreign text as it is, in a table too.
func code(text string) string {
	var out strings.Builder
	for _, r := range report.Printable(text) {
		if r < 0x80 && strings.ContainsRune("\\`*_[]{}|@#!~$:", r) {
			fmt.Fprintf(&out, "&#%d;", r)
			continue
		}
		out.WriteString(html.EscapeString(string(r)))
	}
	return "<code>" + out.String() + "</code>"
}
