package resend

import (
	"fmt"
	"io"
	"strings"
	"time"

	"conformance/internal/outcome"
	"conformance/internal/report"
)

// writeJUnit writes the report for a CI system: a test case for each rule that can break, with a
// failure that tells each difference that does, and one for the replay as a whole.
func writeJUnit(w io.Writer, r *Report) error {
	suite := report.TestSuite{Name: "replay"}
	for _, rule := range Rules {
		if rule.Class != Breaking {
			continue
		}
		one := report.TestCase{ClassName: "replay", Name: rule.ID}
		var found []string
		for _, g := range r.Groups {
			if g.Rule == rule.ID && g.Class() == Breaking {
				found = append(found, report.Printable(fmt.Sprintf("%s %s: %s, in %s", g.Status, g.Where, change(g.Difference), counted(g.Count, "answer", "answers"))),
					report.Printable(g.Examples[0].Place+": "+g.Examples[0].Curl))
			}
		}
		if len(found) > 0 {
			one.Failure = &report.TestProblem{Message: found[0], Text: strings.Join(found, "\n")}
		}
		suite.Add(one)
	}
	whole := report.TestCase{ClassName: "replay", Name: "replay", Time: report.Seconds(r.Duration.Round(time.Millisecond))}
	if code := r.ExitCode(); code > outcome.ExitNonconformant {
		whole.Error = &report.TestProblem{Message: report.Printable(r.Summary()), Text: report.Printable(r.Summary())}
	}
	suite.Add(whole)
	return report.WriteJUnit(w, "conformance replay", suite)
}
