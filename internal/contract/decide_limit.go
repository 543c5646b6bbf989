package contract

import (
	"fmt"
	"net/http"

	"conformance/fixtures"
)

// DecideBurst judges 429-limited: once a burst of one and the same request goes over the limit
// the answer is 429, and until then it is what a single such request gets.
func DecideBurst(c fixtures.Case, single *Answer, burst []*Answer) []Finding {
	var findings []Finding
	limited := false
	for _, a := range burst {
		limited = limited || a.Exchange.Status() == http.StatusTooManyRequests
	}
	alone, comparable := usual(single)
	for _, a := range burst {
		finding := Finding{Requirement: c.Proves}
		status := a.Exchange.Status()
		switch {
		case a.Exchange.Failure != nil || status == 0:
			finding = finding.unjudged(unanswered(a))
		case status == http.StatusTooManyRequests:
		case !comparable:
			finding = finding.unjudged("the request that was sent alone got no answer to compare this one with")
		case status == alone && !limited:
			finding = finding.unjudged(fmt.Sprintf("the limit was not reached by %d requests", len(burst)))
		case status == alone:
		case stray(status):
			finding = finding.unjudged(strayed(status))
		default:
			finding.State = Broken
			finding.Violations = []Violation{{whereStatus,
				fmt.Sprintf("429 over the limit, and below it %s, as for a single request", statusText(alone)),
				statusText(status)}}
		}
		findings = append(findings, finding)
	}
	return findings
}

// usual is the status that a request gets below the limit; false when the request that was
// sent alone did not tell.
func usual(single *Answer) (int, bool) {
	status := single.Exchange.Status()
	return status, status != http.StatusTooManyRequests && !stray(status)
}

// DecideWait judges 429-retry-after-true and 429-retry-after-close by the answer to a request
// that was sent after a wait. whole says whether the wait was as long as Retry-After asked for.
func DecideWait(single, after *Answer, whole bool) []Finding {
	truth := Finding{Requirement: "429-retry-after-true"}
	nearness := Finding{Requirement: "429-retry-after-close"}
	status := after.Exchange.Status()
	alone, comparable := usual(single)
	limited := status == http.StatusTooManyRequests
	switch {
	case after.Exchange.Failure != nil || status == 0:
		why := unanswered(after)
		return []Finding{truth.unjudged(why), nearness.unjudged(why)}
	case stray(status):
		return []Finding{truth.unjudged(strayed(status)), nearness.unjudged(strayed(status))}
	case !whole:
		truth = truth.unjudged("Retry-After asks for a longer wait than provoke.rateLimit.maxWait allows")
		if comparable && status == alone {
			nearness.State = Broken
			nearness.Violations = []Violation{{whereHeader(retryAfter), "about as long as the limit lasts",
				"a request was served long before, with " + statusText(status)}}
		}
	case limited || comparable && status != alone:
		truth.State = Broken
		truth.Violations = []Violation{{whereHeader(retryAfter), "that a request is served after the wait" + with(alone, comparable), statusText(status)}}
	}
	return []Finding{truth, nearness}
}

func with(status int, known bool) string {
	if !known {
		return ""
	}
	return ", with " + statusText(status)
}
