package report

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"conformance/internal/outcome"
)

// markdownBytes is how long a Markdown report gets at most: GitHub takes a comment of 65536
// characters.
const markdownBytes = 60_000

// writeMarkdown writes the report as a comment for a pull request.
func writeMarkdown(w io.Writer, run *outcome.Run) error {
	_, err := io.WriteString(w, markdown(run, markdownBytes))
	return err
}

// markdown is the verdict, the matrix of status paths and outcomes, the failures by cause, and what
// was not exercised. Causes that would make it longer than limit bytes are only counted.
func markdown(run *outcome.Run, limit int) string {
	var text strings.Builder
	fmt.Fprintf(&text, "## Conformance: %s\n\n", markdownText(string(run.Verdict)))
	fmt.Fprintf(&text, "%s\n\n", markdownText(verdictText(run)))
	fmt.Fprintf(&text, "Target %s, mode %s, conformance %s.\n\n", MarkdownCode(cut(run.Target, 200)), markdownText(cut(string(run.Mode), 40)), markdownText(cut(run.Tool, 40)))
	markdownMatrix(&text, run)
	markdownList(&text, "Reasons", run.Reasons)
	end := markdownEnd(run)
	left := 0
	var failures, warnings strings.Builder
	for _, found := range causes(run) {
		entry := markdownCause(run, found)
		// The words around the entries take less than a kilobyte.
		if text.Len()+failures.Len()+warnings.Len()+len(entry)+len(end)+1000 > limit {
			left++
			continue
		}
		if found.broken {
			failures.WriteString(entry)
		} else {
			warnings.WriteString(entry)
		}
	}
	if failures.Len() > 0 {
		fmt.Fprintf(&text, "### Failures\n\n%s", failures.String())
	}
	if warnings.Len() > 0 {
		fmt.Fprintf(&text, "### Warnings\n\n%s", warnings.String())
	}
	if left > 0 {
		fmt.Fprintf(&text, "%s left out here for want of room: the other reports have them all.\n\n", Counted(left, "more cause"))
	}
	text.WriteString(end)
	return text.String()
}

func markdownMatrix(text *strings.Builder, run *outcome.Run) {
	text.WriteString("| status path | pass | fail | warn | known | skip | |\n| --- | ---: | ---: | ---: | ---: | ---: | --- |\n")
	for _, status := range outcome.Statuses {
		s := run.Statuses[status]
		if s == nil {
			s = &outcome.StatusSummary{}
		}
		code, _ := strconv.Atoi(status)
		detail := ""
		switch {
		case s.Exercised:
		case s.Waived != "":
			detail = "waived: " + s.Waived
		default:
			detail = "not exercised"
		}
		fmt.Fprintf(text, "| %s %s | %d | %d | %d | %d | %d | %s |\n", status, http.StatusText(code), s.Pass, s.Fail, s.Warn, s.Known, s.Skip,
			markdownText(excerpt(detail)))
	}
	text.WriteString("\n")
}

// markdownCause is one cause: its requirements, and its first case behind a fold.
func markdownCause(run *outcome.Run, found cause) string {
	var text strings.Builder
	first := found.first()
	requirement := run.Requirements[first.Requirement]
	fmt.Fprintf(&text, "#### %s (%s) in %s\n\n", MarkdownCode(cut(first.Requirement, 100)), markdownText(cut(string(first.Level), 20)), Counted(len(found.cases()), "case"))
	fmt.Fprintf(&text, "%s\n\n", markdownText(excerpt(requirement.Checks)))
	if requirement.Sentence != "" {
		fmt.Fprintf(&text, "> %s\n\n", markdownText(excerpt(sourceText(requirement))))
	}
	if others := found.requirements()[1:]; len(others) > 0 {
		text.WriteString("Also broken: ")
		for i, g := range others[:min(listLimit, len(others))] {
			if i > 0 {
				text.WriteString(", ")
			}
			text.WriteString(MarkdownCode(cut(g.key, 100)))
		}
		if more := len(others) - listLimit; more > 0 {
			fmt.Fprintf(&text, " and %d more", more)
		}
		text.WriteString(".\n\n")
	}
	fmt.Fprintf(&text, "<details><summary>%s</summary>\n\n%s\n</details>\n\n", MarkdownCode(cut("case "+first.Case+": "+seenText(first), 200)), markdownBlock(factLines(run, first)))
	fmt.Fprintf(&text, "Cases: %s. More: %s\n\n", markdownText(some(found.cases())), MarkdownCode("conformance explain "+cut(first.Requirement, 100)))
	return text.String()
}

// markdownEnd is what comes last: known failures, notes, and what was not exercised, and why.
func markdownEnd(run *outcome.Run) string {
	var text strings.Builder
	var known []string
	for _, g := range groupBy(run.Results, func(r outcome.Result) bool { return r.Outcome == outcome.Known }, requirementID) {
		known = append(known, fmt.Sprintf("%s in %s: %s", g.key, Counted(len(g.cases()), "case"), excerpt(g.results[0].Message)))
	}
	markdownList(&text, "Known failures", known)
	markdownList(&text, "Notes", run.Notes)
	var skipped []string
	for _, g := range groupBy(run.Results, unexercised, reason) {
		skipped = append(skipped, fmt.Sprintf("%s: %s (%s)", some(g.requirements()), g.key, Counted(len(g.results), "check")))
	}
	markdownList(&text, "Not exercised", skipped)
	return text.String()
}

// markdownList writes a list of sentences under a heading, if there are any.
func markdownList(text *strings.Builder, heading string, list []string) {
	const limit = 20
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(text, "### %s\n\n", heading)
	for _, sentence := range list[:min(limit, len(list))] {
		fmt.Fprintf(text, "- %s\n", markdownText(excerpt(sentence)))
	}
	if more := len(list) - limit; more > 0 {
		fmt.Fprintf(text, "- and %d more\n", more)
	}
	text.WriteString("\n")
}
