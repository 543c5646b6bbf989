package contract

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"conformance/fixtures"
)

// Decide judges the requirement that a case proves, by the status of its answer. The control
// is the answer to the case's control case, or nil when none was sent. consented says whether
// the case was sent for an account that may really be unlocked.
//
// An answer that came for a reason of its own (a limit, a redirect, a broken connection, a
// gateway) is not held against the requirement: other requirements judge it.
func Decide(c fixtures.Case, a, control *Answer, consented bool) Finding {
	finding := Finding{Requirement: c.Proves}
	if why := beside(a); why != "" {
		return finding.unjudged(why)
	}
	status := a.Exchange.Response.Status
	if slices.Contains(c.Expect, status) {
		if refusal(status) && control != nil && refusedToo(control, status) {
			return finding.unjudged(fmt.Sprintf("the case %s, which differs only in what is tested here, was answered with %d too: the refusal proves nothing", c.Control, status))
		}
		return finding
	}
	if status == http.StatusNotFound && c.Account == fixtures.Probe && !consented {
		return finding.unjudged("sent for the missing account, since accounts.unlockable is not set, and answered with 404")
	}
	if slices.Contains(c.Warn, status) {
		finding.State = Doubtful
		finding.Why = fmt.Sprintf("%d is not what the page says, though RFC 6750 leaves room for it", status)
	} else {
		finding.State = Broken
	}
	finding.Violations = []Violation{{whereStatus, expectedStatuses(c.Expect), statusText(status)}}
	return finding
}

// beside says why an answer says nothing of the requirement that its case proves; empty when it does.
func beside(a *Answer) string {
	if failure := a.Exchange.Failure; failure != nil && (a.Exchange.Response == nil || !judged(failure.Kind)) {
		return "no answer: " + failure.Message
	}
	status := a.Exchange.Response.Status
	switch {
	case accepts(a.Case, status):
		return ""
	case status == http.StatusTooManyRequests:
		return "refused with 429 however often it was tried"
	case status < 200 || status >= 300 && status < 400 || status > 500:
		return fmt.Sprintf("answered with %s, which any-documented-status judges", statusText(status))
	}
	return ""
}

func (f Finding) unjudged(why string) Finding {
	f.State, f.Why = Unjudged, why
	return f
}

func refusal(status int) bool { return status >= 400 && status < 500 }

// refusedToo says whether a control case met the very refusal that is being judged.
func refusedToo(control *Answer, status int) bool {
	return control.complete() && control.Exchange.Response.Status == status
}

func expectedStatuses(statuses []int) string {
	words := make([]string, len(statuses))
	for i, status := range statuses {
		words[i] = strconv.Itoa(status)
	}
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// DecideBurst judges 429-limited: once a burst of one and the same request goes over the limit
// the answer is 429, and until then it is what a single such request gets.
func DecideBurst(c fixtures.Case, single *Answer, burst []*Answer) []Finding {
	var findings []Finding
	limited := 0
	for _, a := range burst {
		if a.Exchange.Status() == http.StatusTooManyRequests {
			limited++
		}
	}
	for _, a := range burst {
		finding := Finding{Requirement: c.Proves}
		status := a.Exchange.Status()
		switch {
		case a.Exchange.Failure != nil:
			finding = finding.unjudged("no answer: " + a.Exchange.Failure.Message)
		case status == http.StatusTooManyRequests:
		case single.Exchange.Status() == status && limited == 0:
			finding = finding.unjudged(fmt.Sprintf("the limit was not reached by %d requests", len(burst)))
		case single.Exchange.Status() != status:
			finding.State = Broken
			finding.Violations = []Violation{{whereStatus,
				fmt.Sprintf("429 over the limit, and below it %s, as for a single request", statusText(single.Exchange.Status())),
				statusText(status)}}
		}
		findings = append(findings, finding)
	}
	return findings
}

// DecideWait judges 429-retry-after-true and 429-retry-after-close by the answer to a request
// that was sent after a wait. whole says whether the wait was as long as Retry-After asked for.
func DecideWait(single, after *Answer, whole bool) []Finding {
	truth := Finding{Requirement: "429-retry-after-true"}
	nearness := Finding{Requirement: "429-retry-after-close"}
	status := after.Exchange.Status()
	resumed := after.Exchange.Failure == nil && status == single.Exchange.Status()
	switch {
	case after.Exchange.Failure != nil && !judged(after.Exchange.Failure.Kind):
		why := "no answer: " + after.Exchange.Failure.Message
		return []Finding{truth.unjudged(why), nearness.unjudged(why)}
	case !whole:
		truth = truth.unjudged("Retry-After asks for a longer wait than provoke.rateLimit.maxWait allows")
		if resumed {
			nearness.State = Broken
			nearness.Violations = []Violation{{whereHeader(retryAfter), "about as long as the limit lasts",
				"a request was served long before, with " + statusText(status)}}
		}
	case !resumed:
		truth.State = Broken
		seen := statusText(status)
		if after.Exchange.Failure != nil {
			seen = after.Exchange.Failure.Message
		}
		truth.Violations = []Violation{{whereHeader(retryAfter),
			"that a request is served after the wait, with " + statusText(single.Exchange.Status()), seen}}
	}
	return []Finding{truth, nearness}
}
