package report

import (
	"io"
	"time"

	"conformance/internal/outcome"
)

// The Common Test Report Format, https://ctrf.io: its version is that of the schema that the tests
// hold the report to.
const (
	ctrfFormat  = "CTRF"
	ctrfVersion = "0.0.0"
)

type ctrfReport struct {
	ReportFormat string      `json:"reportFormat"`
	SpecVersion  string      `json:"specVersion"`
	Timestamp    time.Time   `json:"timestamp"`
	GeneratedBy  string      `json:"generatedBy"`
	Results      ctrfResults `json:"results"`
}

type ctrfResults struct {
	Tool        ctrfTool        `json:"tool"`
	Summary     ctrfSummary     `json:"summary"`
	Tests       []ctrfTest      `json:"tests"`
	Environment ctrfEnvironment `json:"environment"`
}

type ctrfTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// ctrfSummary has times in milliseconds since 1970.
type ctrfSummary struct {
	Tests    int       `json:"tests"`
	Passed   int       `json:"passed"`
	Failed   int       `json:"failed"`
	Skipped  int       `json:"skipped"`
	Pending  int       `json:"pending"`
	Other    int       `json:"other"`
	Suites   int       `json:"suites"`
	Start    int64     `json:"start"`
	Stop     int64     `json:"stop"`
	Duration int64     `json:"duration"`
	Extra    ctrfExtra `json:"extra"`
}

// ctrfExtra is what the format has no member for.
type ctrfExtra struct {
	Verdict  string   `json:"verdict"`
	ExitCode int      `json:"exitCode"`
	Reasons  []string `json:"reasons"`
}

type ctrfTest struct {
	TestID    string            `json:"testId"`
	Name      string            `json:"name"`
	Status    string            `json:"status"`
	Duration  int64             `json:"duration"`
	Suite     []string          `json:"suite"`
	Message   string            `json:"message,omitempty"`
	Trace     string            `json:"trace,omitempty"`
	RawStatus string            `json:"rawStatus"`
	Tags      []string          `json:"tags"`
	Labels    map[string]string `json:"labels"`
}

type ctrfEnvironment struct {
	AppName         string `json:"appName"`
	TestEnvironment string `json:"testEnvironment"`
}

// The statuses of a test in CTRF that this report uses.
const (
	ctrfPassed  = "passed"
	ctrfFailed  = "failed"
	ctrfSkipped = "skipped"
	ctrfOther   = "other"
)

// writeCTRF writes the CTRF report: a test for each result. A broken SHOULD that does not count
// against the target has passed with a message; a failure that the baseline excuses is "other".
func writeCTRF(w io.Writer, run *outcome.Run) error {
	report := ctrfReport{
		ReportFormat: ctrfFormat, SpecVersion: ctrfVersion, Timestamp: run.Started.Add(run.Duration).UTC(),
		GeneratedBy: "conformance " + printable(run.Tool),
		Results: ctrfResults{
			Tool:        ctrfTool{"conformance", printable(run.Tool)},
			Summary:     newCTRFSummary(run),
			Tests:       []ctrfTest{},
			Environment: ctrfEnvironment{printable(run.Target), printable(string(run.Mode))},
		},
	}
	names := testNames(run)
	times := testTimes(run)
	for i, result := range run.Results {
		test := newCTRFTest(run, result, names[i])
		test.Duration = times[i].Milliseconds()
		report.Results.Tests = append(report.Results.Tests, test)
		report.Results.Summary.count(test.Status)
	}
	return WriteJSON(w, report)
}

func newCTRFSummary(run *outcome.Run) ctrfSummary {
	reasons := []string{}
	for _, reason := range run.Reasons {
		reasons = append(reasons, printable(reason))
	}
	return ctrfSummary{
		Suites: len(suiteNames(run)), Start: run.Started.UnixMilli(), Stop: run.Started.Add(run.Duration).UnixMilli(),
		Duration: run.Duration.Milliseconds(),
		Extra:    ctrfExtra{printable(string(run.Verdict)), run.ExitCode, reasons},
	}
}

func (s *ctrfSummary) count(status string) {
	s.Tests++
	switch status {
	case ctrfPassed:
		s.Passed++
	case ctrfFailed:
		s.Failed++
	case ctrfSkipped:
		s.Skipped++
	default:
		s.Other++
	}
}

func newCTRFTest(run *outcome.Run, result outcome.Result, name string) ctrfTest {
	test := ctrfTest{
		TestID: printable(result.Status) + " " + name, Name: name, Status: ctrfPassed,
		Suite: []string{printable(result.Status)}, RawStatus: printable(string(result.Outcome)), Tags: []string{printable(string(result.Level))},
		Labels: map[string]string{"requirement": printable(result.Requirement), "case": printable(result.Case)},
	}
	switch {
	case broken(run, result):
		test.Status = ctrfFailed
	case unexercised(result):
		test.Status, test.Message = ctrfSkipped, printable(reason(result))
		return test
	case result.Outcome == outcome.Known:
		test.Status = ctrfOther
	case result.Outcome == outcome.Pass:
		return test
	}
	test.Message, test.Trace = printable(excerpt(result.Message)), resultText(run, result)
	return test
}
