package print

import (
	"io"
	"slices"
	"strings"

	"conformance/internal/drift"
	"conformance/internal/report"
)

// annotations are the workflow commands for each grade.
var annotations = map[drift.Grade]string{
	drift.Breaking: "error",
	drift.Notable:  "warning",
	drift.Harmless: "notice",
}

// Annotate writes a workflow command for each change, which GitHub shows beside the line of the
// new document.
// It does so if a report for GitHub is among the destinations; the commands belong on standard
// output, behind the console report. What makes the exit code 1 is an error, whatever its grade.
func Annotate(w io.Writer, r *drift.Report, destinations []report.Destination) error {
	wanted := slices.ContainsFunc(destinations, func(d report.Destination) bool { return d.Kind == report.GitHub })
	if !wanted {
		return nil
	}
	var text strings.Builder
	for _, grade := range drift.Grades {
		command := annotations[grade]
		if r.Fails(grade) {
			command = "error"
		}
		for _, group := range r.Groups(grade) {
			at := located(group.Change)
			text.WriteString(report.WorkflowCommand(command, at.File, at.Line, group.Rule, sentence(group)))
		}
	}
	for _, stale := range r.Stale {
		text.WriteString(report.WorkflowCommand("warning", "", 0, "stale", stale))
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// located is the place of a change that a person can look at: in the new document, or else in
// the old one. The contract is no file of the user's.
func located(change drift.Change) drift.Support {
	for _, support := range []drift.Support{change.Evidence.New, change.Evidence.Old} {
		if support.Line > 0 && support.File != drift.ContractName {
			return support
		}
	}
	return drift.Support{}
}
