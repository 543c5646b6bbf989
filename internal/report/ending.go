package report

import (
	"fmt"
	"strings"

	"github.com/fatih/color"

	"conformance/internal/outcome"
)

// verdictInSight is how many lines may stand below the verdict before it is told once more, at the
// end, where a terminal and the log of a CI system are looked at first.
const verdictInSight = 20

// listLimit is how many entries of a list are shown before "and N more"; namedLimit is how many
// requirements that were not looked at are named rather than counted.
const (
	listLimit  = 8
	namedLimit = 3
)

// End writes what the run found: the verdict in one line and the reasons for it, an entry for each
// cause of failures with what was sent and what came back, the warnings, and at last what was not
// exercised and why. Of a run that found nothing it writes the verdict alone.
func (c *Console) End(run *outcome.Run) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.options.Quiet {
		c.verdict(run)
		return
	}
	c.endRows(run)
	c.println("")
	c.verdict(run)
	told := c.lines
	c.sentences("Reasons", run.Reasons)
	for _, cause := range causes(run) {
		if cause.broken {
			c.failure(run, cause)
		} else {
			c.brief(run, "warn", cause)
		}
	}
	known := func(r outcome.Result) bool { return r.Outcome == outcome.Known }
	for _, g := range groupBy(run.Results, known, requirementID) {
		c.brief(run, "known", cause{results: g.results})
	}
	c.sentences("Notes", run.Notes)
	c.notExercised(groupBy(run.Results, unexercised, reason))
	if c.lines-told > verdictInSight {
		c.println("")
		c.verdict(run)
	}
	if c.options.Guard != "" {
		c.println("::" + c.options.Guard + "::")
	}
}

// endRows writes the rows that are not there yet: all of them after a live view, else those of the
// paths that the run did not get to. Where a row is no longer right, since the baseline
// excuses a failure, all are written once more.
func (c *Console) endRows(run *outcome.Run) {
	all := c.live != nil
	if all {
		c.live.end()
		c.live = nil
	}
	changed := false
	for i := range c.rows {
		r := &c.rows[i]
		if summary := run.Statuses[r.status]; summary != nil {
			changed = changed || r.done && r.summary != *summary
			r.summary = *summary
		}
	}
	if changed && !all {
		all = true
		c.println("")
		c.println(c.colors.faint.Sprint(matrixHeading))
	}
	for _, r := range c.rows {
		if all || !r.done {
			c.row(r)
		}
	}
}

// failure writes a cause of failures: the requirements that it broke, its first case in full, and
// the others.
func (c *Console) failure(run *outcome.Run, found cause) {
	first := found.first()
	requirement := run.Requirements[first.Requirement]
	c.heading("FAIL", c.colors.fail, found)
	c.wrapped(6, requirement.Checks)
	if requirement.Sentence != "" {
		c.wrapped(6, sourceText(requirement))
	}
	c.alsoBroken(run, found.requirements()[1:])
	c.println("")
	c.wrapped(6, caseText(first))
	for _, f := range facts(run, first) {
		c.fact(f)
	}
	c.otherCases(found)
	c.explain(first.Requirement)
}

// alsoBroken lists the other requirements that one cause broke.
func (c *Console) alsoBroken(run *outcome.Run, others []group) {
	for _, g := range others[:min(listLimit, len(others))] {
		text := fmt.Sprintf("and %s  %s  in %s: %s", g.key, g.results[0].Level, Counted(len(g.cases()), "case"), run.Requirements[g.key].Checks)
		c.println("      " + cut(text, c.options.Width-6))
	}
	if more := len(others) - listLimit; more > 0 {
		c.println("      and " + Counted(more, "other requirement"))
	}
}

// otherCases names the cases but the first, each once, by what was seen in them.
func (c *Console) otherCases(found cause) {
	shown := map[string]bool{found.first().Case: true}
	other := func(r outcome.Result) bool {
		before := shown[r.Case]
		shown[r.Case] = true
		return !before
	}
	groups := groupBy(found.results, other, seenText)
	if len(groups) == 0 {
		return
	}
	c.println("      " + c.colors.faint.Sprint("also"))
	for _, g := range groups[:min(listLimit, len(groups))] {
		c.wrapped(8, fmt.Sprintf("%s: %s", g.key, some(g.cases())))
	}
	rest := 0
	for _, g := range groups[min(listLimit, len(groups)):] {
		rest += len(g.results)
	}
	if rest > 0 {
		c.println("        and " + Counted(rest, "more case"))
	}
}

// brief writes a cause that does not count against the target.
func (c *Console) brief(run *outcome.Run, mark string, found cause) {
	first := found.first()
	c.heading(mark, c.colors.warn, found)
	c.wrapped(6, run.Requirements[first.Requirement].Checks)
	c.alsoBroken(run, found.requirements()[1:])
	c.wrapped(6, briefText(first))
	if more := len(found.cases()) - 1; more > 0 {
		c.println(fmt.Sprintf("      and %d more", more))
	}
	c.explain(first.Requirement)
}

func (c *Console) heading(mark string, paint *color.Color, found cause) {
	first := found.first()
	c.println("")
	title := cut(fmt.Sprintf("%s  %s", first.Requirement, first.Level), c.options.Width-20)
	c.println(paint.Sprint(pad(mark, 6)) + c.colors.strong.Sprint(title) + "  in " + Counted(len(found.cases()), "case"))
}

func (c *Console) explain(requirement string) {
	c.println("      " + c.colors.faint.Sprint(cut("more: conformance explain "+requirement, c.options.Width-6)))
}

// fact writes a label and, beside it, its text or command.
func (c *Console) fact(f fact) {
	const indent, labelColumns = 8, 10
	gap := strings.Repeat(" ", indent+labelColumns)
	var lines []string
	if f.command != nil {
		lines = foldWords(f.command, gap, c.options.Width)
	} else {
		for _, line := range markedLines(f.text, f.mark, c.options.Width-len(gap)) {
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
		lost := g.requirements()
		names := strings.Join(lost, ", ")
		if len(lost) > namedLimit {
			names = Counted(len(lost), "requirement")
		}
		c.wrapped(2, fmt.Sprintf("%s (%s of %s)", g.key, Counted(len(g.results), "check"), names))
	}
}

// some is the beginning of a list of names, and how many more there are.
func some(names []string) string {
	var shown []string
	for _, name := range names[:min(listLimit, len(names))] {
		shown = append(shown, cut(name, 100))
	}
	text := strings.Join(shown, ", ")
	if more := len(names) - listLimit; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
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

// caseText names a case and says what was wrong in it, unless the facts below it say just that.
func caseText(r outcome.Result) string {
	if r.Message == "" || r.Message == fmt.Sprintf("%s: expected %s, seen %s", r.Pointer, r.Expected, r.Actual) {
		return "case " + r.Case
	}
	return briefText(r)
}

// briefText names a case and says what was wrong in it, where no facts follow.
func briefText(r outcome.Result) string {
	if r.Message == "" {
		return "case " + r.Case
	}
	return fmt.Sprintf("case %s: %s", r.Case, excerpt(r.Message))
}

// seenText says in one line what was seen, and where.
func seenText(r outcome.Result) string {
	if r.Actual == "" {
		return cut(r.Message, 120)
	}
	where := ""
	if r.Pointer != "" {
		where = " (" + cut(r.Pointer, 120) + ")"
	}
	return "seen " + cut(r.Actual, 120) + where
}
