package print

import (
	"fmt"
	"io"

	"conformance/internal/drift"
	"conformance/internal/report"
)

// writeJUnit writes a test case for each change: one that makes the exit code 1 is a failure,
// one that is ignored is skipped, and the others pass. A report without changes is one case
// that passes, since tools take an empty file for a broken build.
func writeJUnit(w io.Writer, r *drift.Report) error {
	suite := report.TestSuite{Name: report.Printable(r.Operation)}
	names := map[string]int{}
	add := func(test report.TestCase) {
		// GitLab drops all but the first of two test cases of one name.
		if names[test.Name]++; names[test.Name] > 1 {
			test.Name += fmt.Sprintf(" #%d", names[test.Name])
		}
		suite.Add(test)
	}
	for _, change := range r.Changes {
		test := newTestCase(change)
		text := report.Printable(change.Sentence()) + "\n" + report.Printable(change.Why) + "\n" + report.Printable(evidence(change)) + "\n"
		if r.Fails(change.Grade) {
			test.Failure = &report.TestProblem{Type: string(change.Grade), Message: report.Printable(change.Where.String() + ": " + difference(change)), Text: text}
		} else {
			test.SystemOut = text
		}
		add(test)
	}
	for _, ignored := range r.Ignored {
		test := newTestCase(ignored.Change)
		test.Skipped = &report.TestProblem{Message: report.Printable("ignored: " + excerpt(ignored.Reason))}
		add(test)
	}
	if suite.Tests == 0 {
		add(report.TestCase{ClassName: "conformance.drift", Name: r.Summary()})
	}
	return report.WriteJUnit(w, "conformance diff", suite)
}

func newTestCase(change drift.Change) report.TestCase {
	return report.TestCase{ClassName: "conformance.drift." + string(change.Grade), Name: report.Printable(change.Rule + " [" + change.Where.String() + "]")}
}
