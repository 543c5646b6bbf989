package resend

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"conformance/internal/report"
)

// The JUnit report: a test case for each rule that can break, with a failure for each difference
// that does, and one for the replay as a whole.
type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitMessage `xml:"failure,omitempty"`
	Error   *junitMessage `xml:"error,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes the report for a CI system.
func writeJUnit(w io.Writer, r *Report) error {
	suite := junitSuite{Name: "conformance replay", Time: fmt.Sprintf("%.3f", r.Duration.Seconds())}
	for _, rule := range Rules {
		if rule.Class != Breaking {
			continue
		}
		one := junitCase{Class: "replay", Name: rule.ID}
		var found []string
		for _, g := range r.Groups {
			if g.Rule == rule.ID && g.Class() == Breaking {
				found = append(found, report.Printable(fmt.Sprintf("%s %s: %s, in %s", g.Status, g.Where, change(g.Difference), counted(g.Count, "answer", "answers"))),
					report.Printable(g.Examples[0].Place+": "+g.Examples[0].Curl))
			}
		}
		if len(found) > 0 {
			one.Failure = &junitMessage{Message: found[0], Text: strings.Join(found, "\n")}
			suite.Failures++
		}
		suite.Cases = append(suite.Cases, one)
	}
	whole := junitCase{Class: "replay", Name: "replay"}
	if code := r.ExitCode(); code > 1 {
		whole.Error = &junitMessage{Message: report.Printable(r.Summary()), Text: report.Printable(r.Summary())}
		suite.Errors++
	}
	suite.Cases = append(suite.Cases, whole)
	suite.Tests = len(suite.Cases)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(suite); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
