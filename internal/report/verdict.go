package report

import (
	"fmt"
	"strings"

	"github.com/fatih/color"

	"conformance/internal/outcome"
)

// verdict writes the line that says what the run came to. Where it is too wide, it leaves the time
// out, and takes a second one only where that is not enough.
func (c *Console) verdict(run *outcome.Run) {
	paints := map[outcome.Verdict]*color.Color{
		outcome.Conformant:    c.colors.pass,
		outcome.Nonconformant: c.colors.fail,
		outcome.Incomplete:    c.colors.warn,
	}
	// What is not conformant must be seen without colour too.
	word := strings.ToUpper(printable(string(run.Verdict)))
	if run.Verdict == outcome.Conformant {
		word = string(run.Verdict)
	}
	text := word + ": " + verdictText(run)
	if time := strings.LastIndex(text, " ("); columns(text) > c.options.Width && time > 0 {
		text = text[:time]
	}
	for i, line := range wrap(text, c.options.Width) {
		if paint := paints[run.Verdict]; i == 0 && paint != nil {
			line = paint.Sprint(word) + strings.TrimPrefix(line, word)
		}
		c.println(line)
	}
}

// verdictText counts what the verdict rests on.
func verdictText(run *outcome.Run) string {
	var passed, failed, warned, known int
	judged := map[string]bool{}
	violated := map[string]bool{}
	for _, result := range run.Results {
		if !unexercised(result) {
			judged[result.Case] = true
		}
		switch {
		case broken(run, result):
			failed++
			violated[result.Requirement] = true
		case result.Outcome == outcome.Pass:
			passed++
		case result.Outcome == outcome.Warn:
			warned++
		case result.Outcome == outcome.Known:
			known++
		}
	}
	var parts []string
	if failed > 0 {
		total := Counted(passed+failed+warned+known, "check")
		parts = append(parts, fmt.Sprintf("%d of %s failed on %s", failed, total, Counted(len(violated), "requirement")))
	} else {
		parts = append(parts, fmt.Sprintf("%s passed in %s", Counted(passed, "check"), Counted(len(judged), "case")))
		if warned > 0 {
			parts = append(parts, Counted(warned, "warning"))
		}
		if known > 0 {
			parts = append(parts, Counted(known, "known failure"))
		}
	}
	parts = append(parts, pathsText(run))
	return fmt.Sprintf("%s (%.2f s)", strings.Join(parts, ", "), run.Duration.Seconds())
}

// pathsText says how many of the status paths the run looked at.
func pathsText(run *outcome.Run) string {
	exercised, waived := 0, 0
	for _, status := range outcome.Statuses {
		switch summary := run.Statuses[status]; {
		case summary == nil:
		case summary.Exercised:
			exercised++
		case summary.Waived != "":
			waived++
		}
	}
	text := fmt.Sprintf("%d of %s exercised", exercised, Counted(len(outcome.Statuses), "status path"))
	if waived > 0 {
		text += fmt.Sprintf(", %d waived", waived)
	}
	return text
}
