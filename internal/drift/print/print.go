// Package print says what changed: on the console for people, and in files for machines, pull
// requests and code scanning. It reads a drift.Report and changes nothing in it.
package print

import (
	"strings"

	"conformance/internal/drift"
	"conformance/internal/report"
)

// SARIF is the Static Analysis Results Interchange Format 2.1.0 (OASIS), a kind of report that only
// drift has.
const SARIF report.Kind = "sarif"

// Reports are the reports of what changed: the one place that a new kind is registered at.
var Reports = report.Formats[*drift.Report]{
	{Kind: report.JSON, Write: writeJSON},
	{Kind: report.JUnit, Write: writeJUnit},
	{Kind: report.Markdown, Write: writeMarkdown},
	{Kind: SARIF, Write: writeSARIF},
	{Kind: report.HTML, Write: writeHTML},
	{Kind: report.GitHub, Write: writeMarkdown}, // the job summary; the rest is Annotate
}

// toolName is what the reports call this program.
const toolName = "conformance"

// evidence says on what a change rests, and is empty when there is nothing to show.
func evidence(change drift.Change) string {
	old, new := change.Evidence.Old.String(), change.Evidence.New.String()
	switch {
	case old == "" && new == "":
		return ""
	case old == "":
		return "new " + new
	case new == "":
		return "old " + old
	}
	return "old " + old + ", new " + new
}

// sentence says in one line what changed and why that matters.
func sentence(group drift.Group) string {
	return group.Places() + ": " + strings.TrimSuffix(difference(group.Change), ".") + ". " + group.Why
}

// difference says what changed, and of a long text only the beginning.
func difference(change drift.Change) string {
	change.Old, change.New = excerpt(change.Old), excerpt(change.New)
	return change.Difference()
}
