package contract

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"conformance/internal/exchange"
	"conformance/schemas"
)

// limitRules look at a 429.
var limitRules = []Rule{
	{"429-retry-after", isLimited, checkRetryAfter},
	{"429-retry-after-format", hasRetryAfter, checkRetryAfterFormat},
	{"429-message", isEnvelope(schemas.RateLimit), problemsAt("/message")},
}

const retryAfter = "Retry-After"

func isLimited(a *Answer) bool {
	return a.complete() && a.Exchange.Response.Status == http.StatusTooManyRequests
}

func hasRetryAfter(a *Answer) bool {
	return isLimited(a) && len(a.Exchange.Response.Header.Values(retryAfter)) == 1
}

func checkRetryAfter(a *Answer, _ *memory) []Violation {
	values := a.Exchange.Response.Header.Values(retryAfter)
	switch len(values) {
	case 1:
		return nil
	case 0:
		return []Violation{{whereHeader(retryAfter), "how long to wait before trying again", "no " + retryAfter}}
	default:
		return []Violation{{whereHeader(retryAfter), "one value", fmt.Sprintf("%d: %s", len(values), quoted(strings.Join(values, ", ")))}}
	}
}

func checkRetryAfterFormat(a *Answer, _ *memory) []Violation {
	value := a.Exchange.Response.Header.Get(retryAfter)
	if _, ok := parseRetryAfter(value); !ok {
		return []Violation{{whereHeader(retryAfter), "a number of seconds or an HTTP-date", quoted(value)}}
	}
	return nil
}

// pause is a Retry-After value: a delay, or a point in time.
type pause struct {
	delay time.Duration
	until time.Time
}

// maxDelay bounds a delay, so that no number of seconds overflows.
const maxDelay = 10 * 365 * 24 * time.Hour

// parseRetryAfter reads a Retry-After value as RFC 9110 section 10.2.3 writes it: a number of
// seconds in digits, or an HTTP-date in one of its three forms. It is false for all else.
func parseRetryAfter(value string) (pause, bool) {
	if value != "" && strings.Trim(value, "0123456789") == "" {
		seconds, _ := strconv.Atoi(value) // the greatest number where it overflows
		return pause{delay: time.Duration(min(seconds, int(maxDelay/time.Second))) * time.Second}, true
	}
	until, ok := parseDate(value)
	return pause{until: until}, ok
}

// dateLayouts are the three forms of an HTTP-date. All three are in GMT.
var dateLayouts = []string{http.TimeFormat, "Monday, 02-Jan-06 15:04:05 GMT", time.ANSIC}

// parseDate reads an HTTP-date (RFC 9110 section 5.6.7); false when it is none. Package time
// takes more than the grammar has, such as fractions of a second, but never writes it: what it
// writes tells.
func parseDate(value string) (time.Time, bool) {
	for _, layout := range dateLayouts {
		if date, _ := time.Parse(layout, value); date.Format(layout) == value {
			return date, true
		}
	}
	return time.Time{}, false
}

// RetryDelay is how long a 429 asks to wait, counted from the moment it came. A date is read
// against the answer's own Date header, since the two clocks may differ, and rounded up to the
// whole second that both can express. It is false when the answer does not say.
func RetryDelay(e exchange.Exchange, received time.Time) (time.Duration, bool) {
	if e.Response == nil {
		return 0, false
	}
	wanted, ok := parseRetryAfter(e.Response.Header.Get(retryAfter))
	if !ok {
		return 0, false
	}
	if wanted.until.IsZero() {
		return wanted.delay, true
	}
	now := received
	if date, ok := parseDate(e.Response.Header.Get("Date")); ok {
		now = date
	}
	return max(0, wanted.until.Sub(now)) + time.Second, true
}
