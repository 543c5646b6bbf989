package report

import (
	"fmt"
	"io"
	"strings"

	"conformance/internal/outcome"
)

// summaryBytes is how long a job summary gets at most. GitHub takes 1 MiB from a step, in which
// several runs may want room.
const summaryBytes = 256 << 10

// annotationLimit is how many errors, and how many warnings, GitHub shows of a step.
const annotationLimit = 10

// OnGitHub adds the report for GitHub Actions where the environment says that this is where the
// program runs, and gives a report for GitHub that names no file the step's job summary. Environ
// looks up an environment variable.
func OnGitHub(destinations []Destination, environ func(name string) (string, bool)) []Destination {
	summary, _ := environ("GITHUB_STEP_SUMMARY")
	var list []Destination
	for _, d := range destinations {
		if d.Kind == GitHub && d.File == "" {
			d.File = summary
		}
		list = append(list, d)
	}
	if InGitHub(environ) && !wanted(GitHub, destinations) {
		list = append(list, Destination{GitHub, summary})
	}
	return list
}

// InGitHub says whether the program runs in a step of GitHub Actions.
func InGitHub(environ func(name string) (string, bool)) bool {
	value, _ := environ("GITHUB_ACTIONS")
	return value == "true"
}

// Annotate writes the annotations of a run, if a report for GitHub is among the destinations: an
// error for each cause of failures, a warning for each of warnings, as workflow commands. They
// belong on standard output, behind a console report's end.
func Annotate(w io.Writer, run *outcome.Run, destinations []Destination) error {
	if !wanted(GitHub, destinations) {
		return nil
	}
	_, err := io.WriteString(w, annotations(run))
	return err
}

func wanted(kind Kind, destinations []Destination) bool {
	for _, d := range destinations {
		if d.Kind == kind {
			return true
		}
	}
	return false
}

// writeSummary writes the job summary, which is Markdown.
func writeSummary(w io.Writer, run *outcome.Run) error {
	_, err := io.WriteString(w, markdown(run, summaryBytes))
	return err
}

func annotations(run *outcome.Run) string {
	var errors, warnings []string
	verdict := printable(string(run.Verdict))
	if run.Verdict == outcome.Conformant {
		return annotation("notice", "conformance: "+verdict, verdictText(run)) + warningsOf(run)
	}
	message := []string{verdictText(run)}
	for _, reason := range run.Reasons {
		message = append(message, excerpt(reason))
	}
	errors = append(errors, annotation("error", "conformance: "+verdict, message...))
	for _, found := range causes(run) {
		if found.broken {
			errors = append(errors, causeAnnotation(run, "error", found))
		} else {
			warnings = append(warnings, causeAnnotation(run, "warning", found))
		}
	}
	return shown("error", errors) + shown("warning", warnings)
}

func warningsOf(run *outcome.Run) string {
	var warnings []string
	for _, found := range causes(run) {
		warnings = append(warnings, causeAnnotation(run, "warning", found))
	}
	return shown("warning", warnings)
}

// shown are as many annotations of one severity as GitHub shows, of which the last says how many
// there would be more.
func shown(severity string, list []string) string {
	if more := len(list) - annotationLimit; more > 0 {
		list = append(list[:annotationLimit-1:annotationLimit-1],
			annotation(severity, fmt.Sprintf("%d more", more+1), "GitHub shows no more than 10: the job summary and the other reports have them all."))
	}
	return strings.Join(list, "")
}

func causeAnnotation(run *outcome.Run, severity string, found cause) string {
	first := found.first()
	title := cut(first.Requirement, 100)
	if more := len(found.requirements()) - 1; more > 0 {
		title += fmt.Sprintf(" and %d more", more)
	}
	title += fmt.Sprintf(" (%s) in %s", cut(string(first.Level), 20), Counted(len(found.cases()), "case"))
	lines := []string{run.Requirements[first.Requirement].Checks, briefText(first)}
	if e := run.Exchange(first.Exchange); e != nil {
		lines = append(lines, "sent: "+requestLine(*e), "received: "+resultLine(*e))
	}
	return annotation(severity, title, append(lines, "more: conformance explain "+cut(first.Requirement, 100))...)
}

// What GitHub wants escaped in a workflow command: in the message, and in a property as well.
var (
	escapeMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// annotation is a workflow command with the beginnings of some texts.
func annotation(severity, title string, lines ...string) string {
	for i, line := range lines {
		lines[i] = excerpt(line)
	}
	return WorkflowCommand(severity, "", 0, title, lines...)
}

// WorkflowCommand is a command of GitHub Actions on a line of its own, which makes an annotation:
// an error, warning or notice, beside the line of a file where it names one, with foreign texts.
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
func WorkflowCommand(severity, file string, line int, title string, texts ...string) string {
	place := ""
	if line > 0 {
		place = fmt.Sprintf("file=%s,line=%d,", escapeProperty.Replace(printable(file)), line)
	}
	message := make([]string, len(texts))
	for i, text := range texts {
		message[i] = escapeMessage.Replace(printable(text))
	}
	return fmt.Sprintf("::%s %stitle=%s::%s\n", severity, place, escapeProperty.Replace(printable(title)), strings.Join(message, escapeMessage.Replace("\n")))
}
