package print

import (
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"

	"conformance/internal/drift"
	"conformance/internal/report"
)

// grading is how a grade looks: in capitals where it is bad, so that it is seen without colour.
var grading = map[drift.Grade]struct {
	heading string
	paint   []color.Attribute
}{
	drift.Breaking: {"BREAKING", []color.Attribute{color.FgRed, color.Bold}},
	drift.Notable:  {"Notable", []color.Attribute{color.FgYellow}},
	drift.Harmless: {"harmless", []color.Attribute{color.FgGreen}},
}

// ruleColumns is the width of the column of rules.
const ruleColumns = 30

// Console writes a report for people, grouped by grade, in at most report.DefaultWidth columns.
// Colour turns colours on; see report.WantColor.
func Console(w io.Writer, r *drift.Report, colour bool) error {
	c := console{colour: colour}
	c.wrapped(0, fmt.Sprintf("drift of %s: %s, now %s", r.Operation, r.Old.Name, r.New.Name))
	for _, grade := range drift.Grades {
		c.grade(grade, r.Groups(grade), len(r.Graded(grade)))
	}
	for i, ignored := range r.Ignored {
		if i == 0 {
			c.text.WriteString("\nignored\n")
		}
		c.wrapped(2, fmt.Sprintf("%s %s: %s", ignored.Rule, ignored.Where, ignored.Reason))
	}
	if notes := append(r.Stale[:len(r.Stale):len(r.Stale)], r.Notes...); len(notes) > 0 {
		c.text.WriteString("\n")
		for _, note := range notes {
			c.wrapped(0, note)
		}
	}
	fmt.Fprintf(&c.text, "\n%s (exit %d)\n", r.Summary(), r.ExitCode())
	_, err := io.WriteString(w, c.text.String())
	return err
}

// console is a report as it grows.
type console struct {
	text   strings.Builder
	colour bool
}

func (c *console) grade(grade drift.Grade, groups []drift.Group, changes int) {
	if len(groups) == 0 {
		return
	}
	look := grading[grade]
	paint := color.New(look.paint...)
	if c.colour {
		paint.EnableColor()
	} else {
		paint.DisableColor()
	}
	fmt.Fprintf(&c.text, "\n%s (%d)\n", paint.Sprint(look.heading), changes)
	for _, group := range groups {
		lines := report.Wrap(group.Places()+": "+difference(group.Change), report.DefaultWidth-ruleColumns-4)
		for i, line := range lines {
			rule := ""
			if i == 0 {
				rule = group.Rule
			}
			fmt.Fprintf(&c.text, "  %-*s  %s\n", ruleColumns, rule, line)
		}
		if grade == drift.Harmless {
			continue // nobody has to do anything: one line each is enough
		}
		c.wrapped(ruleColumns+4, fmt.Sprintf("hits the %s: %s", hit(group.Hits), group.Why))
		if shown := evidence(group.Change); shown != "" {
			c.wrapped(ruleColumns+4, shown)
		}
	}
}

// hit names who is hit, to stand behind "the".
func hit(hits drift.Hits) string {
	if hits == drift.Both {
		return "client and the server"
	}
	return string(hits)
}

// wrapped writes a text in as many lines as it takes, behind an indent.
func (c *console) wrapped(indent int, text string) {
	for _, line := range report.Wrap(text, report.DefaultWidth-indent) {
		c.text.WriteString(strings.Repeat(" ", indent) + line + "\n")
	}
}
