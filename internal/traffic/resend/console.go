package resend

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/fatih/color"

	"conformance/internal/report"
)

// looks is how each class looks: in capitals where it is bad, so that it is seen without colour.
var looks = map[Class]struct {
	heading string
	paint   []color.Attribute
}{
	Breaking:  {"BREAKING", []color.Attribute{color.FgRed, color.Bold}},
	Tolerable: {"Tolerable", []color.Attribute{color.FgYellow}},
	Noise:     {"noise", []color.Attribute{color.Faint}},
}

// printer is a report for people as it grows.
type printer struct {
	text   strings.Builder
	colour bool
}

// Console writes the report for people, in at most report.DefaultWidth columns; commands for a
// shell may be longer, so that they can be copied. The error is the writer's.
func Console(w io.Writer, r *Report, colour bool) error {
	c := &printer{colour: colour}
	title := fmt.Sprintf("replay of %s at %s", r.Session, r.Target)
	if r.Shard != "" {
		title += ", part " + r.Shard
	}
	c.lines(0, title)
	for _, class := range Classes {
		c.class(class, r)
	}
	c.notSent(r.NotSent)
	c.latency(r.Latency)
	for i, note := range r.Notes {
		if i == 0 {
			c.text.WriteString("\n")
		}
		c.lines(0, note)
	}
	c.text.WriteString("\n")
	c.lines(0, fmt.Sprintf("%s (exit %d, %s)", r.Summary(), r.ExitCode(), short(r.Duration)))
	_, err := io.WriteString(w, c.text.String())
	return err
}

func (c *printer) class(class Class, r *Report) {
	var groups []Group
	for _, g := range r.Groups {
		if g.Class() == class {
			groups = append(groups, g)
		}
	}
	if len(groups) == 0 {
		return
	}
	look := looks[class]
	fmt.Fprintf(&c.text, "\n%s (%s)\n", c.painted(look.heading, look.paint...),
		counted(r.Differing[class], "answer", "answers"))
	for _, g := range groups {
		c.group(g)
	}
	if beyond := r.Beyond[class]; beyond > 0 {
		c.lines(2, fmt.Sprintf("and %d more, too different from one another to be told", beyond))
	}
}

func (c *printer) group(g Group) {
	rule, _ := FindRule(g.Rule)
	c.lines(2, fmt.Sprintf("%s %s %s: %s, in %s", g.Rule, g.Status, g.Where, change(g.Difference), counted(g.Count, "answer", "answers")))
	if g.Class() == Noise && g.Learnt {
		c.lines(6, "Two recordings of the same server differ so too.")
		return
	}
	c.lines(6, rule.Why)
	if g.Class() != Breaking {
		return
	}
	var places []string
	for _, e := range g.Examples {
		places = append(places, fmt.Sprintf("#%d %s%s", e.Number, e.Place, caseName(e.Case)))
	}
	c.lines(6, "first in "+strings.Join(places, "; "))
	fmt.Fprintf(&c.text, "      %s\n", g.Examples[0].Curl)
}

func caseName(name string) string {
	if name == "" {
		return ""
	}
	return ", case " + name
}

// change is a difference in short.
func change(d Difference) string {
	if d.Rule == requirementBroken {
		return d.Was + ", found " + d.Is
	}
	return fmt.Sprintf("was %s, is %s", d.Was, d.Is)
}

func (c *printer) notSent(reasons []NotSent) {
	for i, one := range reasons {
		if i == 0 {
			c.text.WriteString("\nnot sent\n")
		}
		text := fmt.Sprintf("%d: %s", one.Count, one.Reason)
		if len(one.About) > 0 {
			text += " (" + strings.Join(one.About, ", ") + ")"
		}
		c.lines(2, text)
	}
}

func (c *printer) latency(all []Latency) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(&c.text, "\n%-11s %8s  %19s  %19s  %19s  %19s\n", "latency", "answers", "p50 then/now", "p90 then/now", "p99 then/now", "max then/now")
	for _, l := range all {
		fmt.Fprintf(&c.text, "%-11s %8d  %19s  %19s  %19s  %19s\n", l.Status, l.Now.Count,
			both(l.Then.P50, l.Now.P50), both(l.Then.P90, l.Now.P90), both(l.Then.P99, l.Now.P99), both(l.Then.Max, l.Now.Max))
	}
}

func both(then, now time.Duration) string { return short(then) + "/" + short(now) }

// short is a duration with three digits; one that was not measured is a hyphen.
func short(d time.Duration) string {
	switch {
	case d == 0:
		return "-"
	case d < time.Millisecond:
		return fmt.Sprintf("%d us", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%.4g s", d.Seconds())
}

func (c *printer) painted(text string, attributes ...color.Attribute) string {
	paint := color.New(attributes...)
	if c.colour {
		paint.EnableColor()
	} else {
		paint.DisableColor()
	}
	return paint.Sprint(text)
}

// lines writes a text in as many lines as it takes, behind an indent.
func (c *printer) lines(indent int, text string) {
	for _, line := range report.Wrap(text, report.DefaultWidth-indent) {
		c.text.WriteString(strings.Repeat(" ", indent) + line + "\n")
	}
}
