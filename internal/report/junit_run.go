package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"conformance/internal/outcome"
)

// writeJUnit writes the JUnit report: a suite for each status path, a test case for each
// result. All text is made printable first, so that it is valid XML whatever a target sent.
func writeJUnit(w io.Writer, run *outcome.Run) error { return newTestSuites(run).write(w) }

func newTestSuites(run *outcome.Run) testSuites {
	root := testSuites{Name: "conformance"}
	names, times := testNames(run), testTimes(run)
	for _, status := range suiteNames(run) {
		suite := TestSuite{
			Name:       printable(status),
			Timestamp:  run.Started.UTC().Format("2006-01-02T15:04:05"),
			Properties: properties(run),
		}
		for i, result := range run.Results {
			if result.Status == status {
				test := newTestCase(run, result)
				test.Name, test.Time = names[i], Seconds(times[i].Round(time.Millisecond))
				suite.Add(test)
			}
		}
		root.add(suite)
	}
	return root
}

// testNames are names for the results, the same in every run of the same cases. No two of one
// status path are equal: GitLab drops all but the first of two test cases of one name.
func testNames(run *outcome.Run) []string {
	names := make([]string, len(run.Results))
	taken := map[string]bool{}
	for i, result := range run.Results {
		name := printable(fmt.Sprintf("%s [%s]", result.Requirement, result.Case))
		names[i] = name
		for n := 2; taken[result.Status+" "+names[i]]; n++ {
			names[i] = fmt.Sprintf("%s #%d", name, n)
		}
		taken[result.Status+" "+names[i]] = true
	}
	return names
}

// testTimes are the times of the results. Many rest on one exchange: its time is counted once.
func testTimes(run *outcome.Run) []time.Duration {
	times := make([]time.Duration, len(run.Results))
	counted := map[int]bool{}
	for i, result := range run.Results {
		if e := run.Exchange(result.Exchange); e != nil && !counted[result.Exchange] {
			counted[result.Exchange] = true
			times[i] = e.Duration
		}
	}
	return times
}

// suiteNames are all status paths, and behind them whatever else the results name.
func suiteNames(run *outcome.Run) []string {
	names := slices.Clone(outcome.Statuses)
	for _, result := range run.Results {
		if !slices.Contains(names, result.Status) {
			names = append(names, result.Status)
		}
	}
	return names
}

func properties(run *outcome.Run) []TestProperty {
	list := []TestProperty{
		{"target", printable(run.Target)},
		{"verdict", printable(string(run.Verdict))},
		{"version", printable(run.Tool)},
		{"mode", printable(string(run.Mode))},
	}
	for _, reason := range run.Reasons {
		list = append(list, TestProperty{"reason", printable(reason)})
	}
	return list
}

func newTestCase(run *outcome.Run, result outcome.Result) TestCase {
	test := TestCase{ClassName: printable("conformance." + result.Status)}
	switch {
	case broken(run, result):
		test.Failure = &TestProblem{
			Type:    printable(result.Requirement),
			Message: printable(excerpt(result.Message)),
			Text:    resultText(run, result),
		}
	case result.Outcome == outcome.Warn:
		test.SystemOut = "warning: " + resultText(run, result)
	case unexercised(result):
		test.Skipped = &TestProblem{Message: printable(reason(result))}
	case result.Outcome == outcome.Known:
		test.Skipped = &TestProblem{Message: printable("known failure: " + excerpt(result.Message))}
	}
	return test
}

// resultText is everything there is to know about a result that is not a pass.
func resultText(run *outcome.Run, result outcome.Result) string {
	lines := []string{printable(briefText(result))}
	requirement := run.Requirements[result.Requirement]
	if requirement.Checks != "" {
		lines = append(lines, fact{label: "checks", text: string(result.Level) + ": " + requirement.Checks}.labelled()...)
		lines = append(lines, fact{label: "source", text: sourceText(requirement)}.labelled()...)
	}
	lines = append(lines, factLines(run, result)...)
	return strings.Join(lines, "\n") + "\n"
}
