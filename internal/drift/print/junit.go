package print

import (
	"encoding/xml"
	"fmt"
	"io"

	"conformance/internal/drift"
	"conformance/internal/report"
)

// testSuites is the root of a JUnit report, in the form of internal/report's: the schema
// junit-10.xsd of Jenkins' xUnit plugin.
type testSuites struct {
	XMLName  xml.Name    `xml:"testsuites"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Suites   []testSuite `xml:"testsuite"`
}

type testSuite struct {
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Cases    []testCase `xml:"testcase"`
}

type testCase struct {
	ClassName string   `xml:"classname,attr"`
	Name      string   `xml:"name,attr"`
	Skipped   *problem `xml:"skipped"`
	Failure   *problem `xml:"failure"`
	SystemOut string   `xml:"system-out,omitempty"`
}

type problem struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes a test case for each change: one that makes the exit code 1 is a failure,
// one that is ignored is skipped, and the others pass. A report without changes is one case
// that passes, since tools take an empty file for a broken build.
func writeJUnit(w io.Writer, r *drift.Report) error {
	suite := testSuite{Name: report.Printable(r.Operation)}
	names := map[string]int{}
	add := func(test testCase) {
		// GitLab drops all but the first of two test cases of one name.
		if names[test.Name]++; names[test.Name] > 1 {
			test.Name += fmt.Sprintf(" #%d", names[test.Name])
		}
		suite.Cases = append(suite.Cases, test)
		suite.Tests++
		if test.Failure != nil {
			suite.Failures++
		}
		if test.Skipped != nil {
			suite.Skipped++
		}
	}
	for _, change := range r.Changes {
		test := newTestCase(change)
		text := report.Printable(change.Sentence()) + "\n" + report.Printable(change.Why) + "\n" + report.Printable(evidence(change)) + "\n"
		if r.Fails(change.Grade) {
			test.Failure = &problem{Type: string(change.Grade), Message: report.Printable(change.Where.String() + ": " + difference(change)), Text: text}
		} else {
			test.SystemOut = text
		}
		add(test)
	}
	for _, ignored := range r.Ignored {
		test := newTestCase(ignored.Change)
		test.Skipped = &problem{Message: report.Printable("ignored: " + excerpt(ignored.Reason))}
		add(test)
	}
	if suite.Tests == 0 {
		add(testCase{ClassName: "conformance.drift", Name: r.Summary()})
	}
	root := testSuites{Name: "conformance diff", Tests: suite.Tests, Failures: suite.Failures, Suites: []testSuite{suite}}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(root); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func newTestCase(change drift.Change) testCase {
	return testCase{ClassName: "conformance.drift." + string(change.Grade), Name: report.Printable(change.Rule + " [" + change.Where.String() + "]")}
}
