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
		if status >= 400 && control != nil && refusedToo(control, status) {
			return finding.unjudged(fmt.Sprintf("the case %s, which differs only in what is tested here, was answered with %d too: the refusal proves nothing", c.Control, status))
		}
		return finding
	}
	if status == http.StatusNotFound && c.Account == fixtures.Probe && !consented {
		return finding.unjudged("sent for the missing account, since accounts.unlockable is not set, and answered with 404")
	}
	if slices.Contains(c.Warn, status) {
		finding.State = Doubtful
		finding.Why = fmt.Sprintf("%d is not what the page says, though it leaves room for it", status)
	} else {
		finding.State = Broken
	}
	finding.Violations = []Violation{{whereStatus, expectedStatuses(c.Expect), statusText(status)}}
	return finding
}

// beside says why an answer says nothing of the requirement that its case proves; empty when it does.
func beside(a *Answer) string {
	if a.Exchange.Response == nil || a.Exchange.Failure != nil && !judged(a.Exchange.Failure.Kind) {
		return unanswered(a)
	}
	status := a.Exchange.Response.Status
	switch {
	case accepts(a.Case, status):
	case status == http.StatusTooManyRequests:
		return "refused with 429, for longer than provoke.rateLimit.maxWait allows to wait"
	case stray(status):
		return strayed(status)
	}
	return ""
}

func unanswered(a *Answer) string {
	if a.Exchange.Failure == nil {
		return "no answer"
	}
	return "no answer: " + a.Exchange.Failure.Message
}

// stray says whether a status comes from something in between, such as a gateway or a login
// page, and not from the operation.
func stray(status int) bool {
	return status < 200 || status >= 300 && status < 400 || status > 500
}

func strayed(status int) string {
	return fmt.Sprintf("answered with %s, which any-documented-status judges", statusText(status))
}

func (f Finding) unjudged(why string) Finding {
	f.State, f.Why = Unjudged, why
	return f
}

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
