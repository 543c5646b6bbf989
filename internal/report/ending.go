package report

import (
	"fmt"
	"strings"

	"github.com/fatih/color"

	"conformance/internal/outcome"
)

// listLimit is how many entries of a list are shown before "and N more".
const listLimit = 8

// End writes what the run found: each broken requirement with what was sent and what came
// back, the warnings, what was not exercised and why, and the verdict in the last line. Of
// a run that found nothing it writes the verdict alone.
func (c *Console) End(run *outcome.Run) {
	failed := func(r outcome.Result) bool { return broken(run, r) }
	warned := func(r outcome.Result) bool { return r.Outcome == outcome.Warn && !run.Strict }
	known := func(r outcome.Result) bool { return r.Outcome == outcome.Known }

	for _, g := range groupBy(run.Results, failed, requirementID) {
		c.failure(run, g)
	}
	for _, g := range groupBy(run.Results, warned, requirementID) {
		c.brief(run, "warn", c.colors.warn, g)
	}
	for _, g := range groupBy(run.Results, known, requirementID) {
		c.brief(run, "known", c.colors.warn, g)
	}
	c.notExercised(groupBy(run.Results, unexercised, reason))
	c.sentences("Notes", run.Notes)
	c.sentences("Reasons", run.Reasons)
	c.verdict(run)
}

// failure writes one broken requirement: what it is, its first case in full, and the others.
func (c *Console) failure(run *outcome.Run, g group) {
	requirement := run.Requirements[g.key]
	first := g.results[0]
	c.heading("FAIL", c.colors.fail, g)
	c.wrapped(6, requirement.Checks)
	if requirement.Sentence != "" {
		c.wrapped(6, sourceText(requirement))
	}
	c.println("")
	c.wrapped(6, caseText(first))
	for _, f := range facts(run, first) {
		c.fact(f)
	}
	if rest := g.results[1:]; len(rest) > 0 {
		c.println("      " + c.colors.faint.Sprint("also"))
		for _, result := range rest[:min(listLimit, len(rest))] {
			c.wrapped(8, seenText(result))
		}
		if more := len(rest) - listLimit; more > 0 {
			c.println(fmt.Sprintf("        and %d more", more))
		}
	}
	c.explain(g)
}

// brief writes a requirement that was broken, but does not count against the target.
func (c *Console) brief(run *outcome.Run, mark string, paint *color.Color, g group) {
	c.heading(mark, paint, g)
	c.wrapped(6, run.Requirements[g.key].Checks)
	c.wrapped(6, caseText(g.results[0]))
	if more := len(g.results) - 1; more > 0 {
		c.println(fmt.Sprintf("      and %d more", more))
	}
	c.explain(g)
}

func (c *Console) heading(mark string, paint *color.Color, g group) {
	c.println("")
	title := cut(fmt.Sprintf("%s  %s", g.key, g.results[0].Level), c.width-20)
	c.println(paint.Sprint(pad(mark, 6)) + c.colors.strong.Sprint(title) + "  in " + counted(len(g.cases()), "case"))
}

func (c *Console) explain(g group) {
	c.println("      " + c.colors.faint.Sprint(cut("more: conformance explain "+g.key, c.width-6)))
}

// fact writes a label and, beside it, its text or command.
func (c *Console) fact(f fact) {
	const indent, labelColumns = 8, 10
	gap := strings.Repeat(" ", indent+labelColumns)
	lines := foldWords(f.command, gap, c.width)
	if f.command == nil {
		lines = nil
		for _, line := range wrap(f.text, c.width-len(gap)) {
			lines = append(lines, gap+line)
		}
	}
	for i, line := range lines {
		if i == 0 {
			label := c.colors.faint.Sprint(pad(f.label, labelColumns))
			line = strings.Repeat(" ", indent) + label + strings.TrimPrefix(line, gap)
		}
		c.println(line)
	}
}

// notExercised writes what was not looked at, by the reason for it.
func (c *Console) notExercised(groups []group) {
	if len(groups) == 0 {
		return
	}
	c.println("")
	c.println(c.colors.strong.Sprint("Not exercised"))
	for _, g := range groups {
		c.wrapped(2, fmt.Sprintf("%s (%s)", g.key, counted(len(g.results), "check")))
		ids := g.requirements()
		text := strings.Join(ids[:min(listLimit, len(ids))], ", ")
		if more := len(ids) - listLimit; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		c.wrapped(6, text)
	}
}

// sentences writes a list of sentences under a heading, if there are any.
func (c *Console) sentences(heading string, list []string) {
	if len(list) == 0 {
		return
	}
	c.println("")
	c.println(c.colors.strong.Sprint(heading))
	for _, sentence := range list {
		c.wrapped(2, sentence)
	}
}

// caseText names a case and says what was wrong in it.
func caseText(r outcome.Result) string {
	if r.Message == "" {
		return "case " + r.Case
	}
	return fmt.Sprintf("case %s: %s", r.Case, excerpt(r.Message))
}

// seenText names a case and says in one line what was seen in it.
func seenText(r outcome.Result) string {
	if r.Actual == "" {
		return caseText(r)
	}
	where := ""
	if r.Pointer != "" {
		where = " (" + cut(r.Pointer, 120) + ")"
	}
	return fmt.Sprintf("case %s: seen %s%s", r.Case, cut(r.Actual, 120), where)
}
