package suites

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
)

// Meet succeeds when no result failed. Its failure message says what the page demands, what
// was expected, what was seen, where, and in which cases.
func Meet(requirement outcome.Requirement, exchanges []exchange.Exchange) types.GomegaMatcher {
	return &meetMatcher{requirement: requirement, exchanges: exchanges}
}

type meetMatcher struct {
	requirement outcome.Requirement
	exchanges   []exchange.Exchange
}

// Match takes the results of one requirement.
func (m *meetMatcher) Match(actual any) (bool, error) {
	results, is := actual.([]outcome.Result)
	if !is {
		return false, fmt.Errorf("Meet matches []outcome.Result, not:\n%s", format.Object(actual, 1))
	}
	return len(failed(results)) == 0, nil
}

// FailureMessage tells of every case that failed.
func (m *meetMatcher) FailureMessage(actual any) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s (%s) is broken\n", m.requirement.ID, m.requirement.Level)
	fmt.Fprintf(&text, "  checks:   %s\n", m.requirement.Checks)
	fmt.Fprintf(&text, "  sentence: %q (%s)\n", m.requirement.Sentence, m.requirement.Source)
	results, _ := actual.([]outcome.Result)
	for _, result := range failed(results) {
		fmt.Fprintf(&text, "  case %s\n", result.Case)
		if result.Exchange > 0 && result.Exchange <= len(m.exchanges) {
			fmt.Fprintf(&text, "    sent:     %s\n", sentLine(m.exchanges[result.Exchange-1]))
		}
		fmt.Fprintf(&text, "    where:    %s\n    expected: %s\n    seen:     %s\n", result.Pointer, result.Expected, result.Actual)
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// NegatedFailureMessage is for completeness: no spec wants a requirement broken.
func (m *meetMatcher) NegatedFailureMessage(any) string {
	return m.requirement.ID + " is met, and was expected to be broken"
}

func failed(results []outcome.Result) []outcome.Result {
	var all []outcome.Result
	for _, result := range results {
		if result.Outcome == outcome.Fail {
			all = append(all, result)
		}
	}
	return all
}

func sentLine(e exchange.Exchange) string {
	line := e.Request.Method + " " + e.Request.URL
	if e.Credential != "" {
		line += " as " + e.Credential
	}
	if len(e.Request.Body) > 0 {
		line += fmt.Sprintf(" with %.120q", e.Request.Body)
	}
	return line
}
