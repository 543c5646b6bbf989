package resend

import (
	"fmt"
	"io"
	"strings"

	"conformance/internal/report"
)

// writeMarkdown writes the report for a pull request or a wiki. Foreign text stands in HTML code
// elements, where nothing of it is Markdown.
func writeMarkdown(w io.Writer, r *Report) error {
	var text strings.Builder
	fmt.Fprintf(&text, "## Replay of %s at %s\n\n%s (exit %d)\n", report.MarkdownCode(r.Session), report.MarkdownCode(r.Target), report.Printable(r.Summary()), r.ExitCode())
	for _, class := range Classes {
		heading := fmt.Sprintf("\n### %s\n\n| Rule | Status | Where | Was | Is | Answers |\n| --- | --- | --- | --- | --- | ---: |\n", looks[class].heading)
		for _, g := range r.Groups {
			if g.Class() != class {
				continue
			}
			text.WriteString(heading)
			heading = ""
			fmt.Fprintf(&text, "| %s | %s | %s | %s | %s | %d |\n", g.Rule, g.Status, report.MarkdownCode(g.Where), report.MarkdownCode(g.Was), report.MarkdownCode(g.Is), g.Count)
		}
	}
	if len(r.NotSent) > 0 {
		text.WriteString("\n### Not sent\n\n")
	}
	for _, n := range r.NotSent {
		fmt.Fprintf(&text, "- %d: %s", n.Count, report.MarkdownCode(n.Reason))
		for _, about := range n.About {
			text.WriteString(" " + report.MarkdownCode(about))
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
