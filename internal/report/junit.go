package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"time"
)

// testSuites is the root of a JUnit report, in the form that Jenkins, GitLab and GitHub's
// reporters read: the schema junit-10.xsd of Jenkins' xUnit plugin.
type testSuites struct {
	XMLName  xml.Name    `xml:"testsuites"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Time     Seconds     `xml:"time,attr"`
	Suites   []TestSuite `xml:"testsuite"`
}

// TestSuite is one suite of a JUnit report. Its texts must be printable: see Printable. Add fills
// in what it counts.
type TestSuite struct {
	Name     string  `xml:"name,attr"`
	Tests    int     `xml:"tests,attr"`
	Failures int     `xml:"failures,attr"`
	Errors   int     `xml:"errors,attr"`
	Skipped  int     `xml:"skipped,attr"`
	Time     Seconds `xml:"time,attr"`
	// Timestamp is when the suite began, in UTC and without its zone; it may be empty.
	Timestamp  string         `xml:"timestamp,attr,omitempty"`
	Properties []TestProperty `xml:"properties>property"`
	Cases      []TestCase     `xml:"testcase"`
}

// TestProperty is something worth knowing of a suite.
type TestProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

// TestCase is one test of a suite. It passed unless it has one of Skipped, Failure and Error.
type TestCase struct {
	ClassName string       `xml:"classname,attr"`
	Name      string       `xml:"name,attr"`
	Time      Seconds      `xml:"time,attr"`
	Skipped   *TestProblem `xml:"skipped"`
	Failure   *TestProblem `xml:"failure"`
	// Error is for a test that could not be carried out.
	Error     *TestProblem `xml:"error"`
	SystemOut string       `xml:"system-out,omitempty"`
}

// TestProblem is why a test did not pass.
type TestProblem struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// Seconds is a time that is whole milliseconds, so that sums are exact.
type Seconds time.Duration

// MarshalText writes seconds with three digits behind the point.
func (s Seconds) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%.3f", time.Duration(s).Seconds()), nil
}

// Add adds a test case and counts it.
func (s *TestSuite) Add(test TestCase) {
	s.Cases = append(s.Cases, test)
	s.Tests++
	s.Time += test.Time
	switch {
	case test.Failure != nil:
		s.Failures++
	case test.Error != nil:
		s.Errors++
	case test.Skipped != nil:
		s.Skipped++
	}
}

// WriteJUnit writes suites as one JUnit report of that name. The error is the writer's.
func WriteJUnit(w io.Writer, name string, suites ...TestSuite) error {
	root := testSuites{Name: name}
	for _, suite := range suites {
		root.add(suite)
	}
	return root.write(w)
}

func (s *testSuites) add(suite TestSuite) {
	s.Suites = append(s.Suites, suite)
	s.Tests += suite.Tests
	s.Failures += suite.Failures
	s.Errors += suite.Errors
	s.Time += suite.Time
}

func (s testSuites) write(w io.Writer) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(s); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
