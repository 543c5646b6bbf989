package verify

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"conformance/internal/outcome"
	"conformance/internal/report"
)

// marks begin the lines of a requirement that does not hold.
var marks = map[outcome.Outcome]string{outcome.Fail: "FAIL", outcome.Warn: "WARN", outcome.Known: "known"}

// Print writes the report for people, in at most report.DefaultWidth columns, and grouped by
// requirement. What the traffic holds is made printable.
func (r *Report) Print(w io.Writer) error {
	var c console
	what := "conformance of recorded traffic: " + strings.Join(r.Paths, ", ")
	if r.Part != "" {
		what += ", part " + r.Part
	}
	c.wrapped(0, what)
	c.wrapped(2, r.traffic())
	for _, o := range []outcome.Outcome{outcome.Fail, outcome.Warn, outcome.Known} {
		for _, found := range r.Requirements {
			if found.Outcome == o {
				c.requirement(r, found)
			}
		}
	}
	c.unjudged(r)
	c.suspects(r.Suspects)
	c.sentences("Warnings", r.Warnings)
	c.sentences("Notes", r.Notes)
	c.line("")
	for _, reason := range r.Reasons {
		c.wrapped(0, reason)
	}
	c.wrapped(0, r.sentence())
	_, err := io.WriteString(w, c.text.String())
	return err
}

// traffic says what was read.
func (r *Report) traffic() string {
	text := report.Counted(r.Interactions, "interaction") + fmt.Sprintf(": %d judged", r.Judged)
	var statuses []string
	for _, status := range slices.Sorted(maps.Keys(r.Statuses)) {
		name := status
		if status == noStatus {
			name = "no answer"
		}
		statuses = append(statuses, fmt.Sprintf("%s: %d", name, r.Statuses[status]))
	}
	if len(statuses) > 0 {
		text += " (" + strings.Join(statuses, ", ") + ")"
	}
	if r.Others > 0 {
		text += fmt.Sprintf(", %d not of this operation", r.Others)
	}
	if r.Unrecorded > 0 {
		text += fmt.Sprintf(", %d whose answer was not recorded", r.Unrecorded)
	}
	return text
}

// console is a report as it grows.
type console struct{ text strings.Builder }

func (c *console) line(line string) { c.text.WriteString(strings.TrimRight(line, " ") + "\n") }

// wrapped writes a foreign text in as many lines as it takes, behind an indent.
func (c *console) wrapped(indent int, text string) {
	for _, line := range report.Wrap(text, report.DefaultWidth-indent) {
		c.line(strings.Repeat(" ", indent) + line)
	}
}

func (c *console) sentences(heading string, list []string) {
	if len(list) == 0 {
		return
	}
	c.line("\n" + heading)
	for _, sentence := range list {
		c.wrapped(2, sentence)
	}
}

// requirement writes what breaks a requirement.
func (c *console) requirement(r *Report, found Requirement) {
	mark := marks[found.Outcome]
	if r.Breaks(found) {
		mark = marks[outcome.Fail]
	}
	c.line("")
	c.line(fmt.Sprintf("%-6s%s  %s", mark, found.ID, found.Level))
	c.wrapped(6, found.Message)
	c.wrapped(6, found.Checks)
	if found.Outcome == outcome.Known {
		return
	}
	for _, example := range found.Examples {
		c.example(example)
	}
	c.wrapped(6, "more: conformance explain "+found.ID)
}

func (c *console) example(e Example) {
	c.wrapped(6, e.Place.String()+answered(e))
	c.fact("at", e.Violation.Where+further(e.Violations-1))
	c.fact("expected", report.Excerpt(e.Violation.Expected))
	c.fact("seen", report.Excerpt(e.Violation.Seen))
	c.fact("doubtful", e.Why)
	if e.Exchange.Request.Method == "" {
		c.fact("repeat", e.Curl)
		return
	}
	const indent = "                  "
	for i, line := range report.Repeat(e.Exchange, indent, report.DefaultWidth) {
		if i == 0 {
			line = "        repeat    " + strings.TrimPrefix(line, indent)
		}
		c.line(line)
	}
}

// answered says for what an example's request was sent, and what came back.
func answered(e Example) string {
	text := ""
	if e.Case != "" {
		text = ", case " + e.Case
	}
	if e.Answered == 0 {
		return text + ", not answered"
	}
	return fmt.Sprintf("%s, answered with %d", text, e.Answered)
}

func further(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" (and %d more in this answer)", n)
}

// fact writes a label and, beside it, a foreign text.
func (c *console) fact(label, text string) {
	if text == "" {
		return
	}
	for _, line := range report.Wrap(text, report.DefaultWidth-18) {
		c.line(fmt.Sprintf("        %-10s%s", label, line))
		label = ""
	}
}

// unjudged writes what the traffic does not show, by the reason for it.
func (c *console) unjudged(r *Report) {
	var reasons []string
	byReason := map[string][]string{}
	for _, found := range r.Requirements {
		if found.Outcome != outcome.Skip {
			continue
		}
		if byReason[found.Message] == nil {
			reasons = append(reasons, found.Message)
		}
		byReason[found.Message] = append(byReason[found.Message], found.ID)
	}
	if len(reasons) == 0 {
		return
	}
	c.line("\nNot judged")
	for _, reason := range reasons {
		c.wrapped(2, fmt.Sprintf("%s (%s)", reason, report.Counted(len(byReason[reason]), "requirement")))
		if reason != whyStimulus { // they are many, and always the same
			c.wrapped(6, strings.Join(byReason[reason], ", "))
		}
	}
}

func (c *console) suspects(groups []SuspectGroup) {
	if len(groups) == 0 {
		return
	}
	c.line("\nSecrets")
	c.wrapped(2, "This traffic was recorded by another program, and some of it looks like secrets. Labels took their place in this report. \"conformance convert\" makes a copy without them.")
	for _, group := range groups {
		c.wrapped(2, fmt.Sprintf("%s: %s, %s", group.Rule, group.What, report.Counted(group.Count, "time")))
		for _, place := range group.Places {
			c.wrapped(6, place)
		}
		if more := group.Count - len(group.Places); more > 0 {
			c.line(fmt.Sprintf("      and %d more", more))
		}
	}
}
