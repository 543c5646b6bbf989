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
	{"429-message", isEnvelope(schemas.RateLimit), problemsAt(`^/message$`)},
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
	if _, err := parseRetryAfter(value); err != nil {
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
// seconds in digits, or an HTTP-date in one of its three forms.
func parseRetryAfter(value string) (pause, error) {
	if value != "" && strings.Trim(value, "0123456789") == "" {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(maxDelay/time.Second) {
			return pause{delay: maxDelay}, nil
		}
		return pause{delay: time.Duration(seconds) * time.Second}, nil
	}
	until, err := parseDate(value)
	if err != nil {
		return pause{}, fmt.Errorf("read Retry-After: %w", err)
	}
	return pause{until: until}, nil
}

// dateLayouts are the three forms of an HTTP-date. All three are in GMT.
var dateLayouts = []string{http.TimeFormat, "Monday, 02-Jan-06 15:04:05 GMT", time.ANSIC}

// parseDate reads an HTTP-date (RFC 9110 section 5.6.7). Package time takes more than the
// grammar has, such as fractions of a second, but never writes it: what it writes tells.
func parseDate(value string) (time.Time, error) {
	for _, layout := range dateLayouts {
		if date, err := time.Parse(layout, value); err == nil && date.Format(layout) == value {
			return date, nil
		}
	}
	return time.Time{}, fmt.Errorf("%s is no HTTP-date", quoted(value))
}

// RetryDelay is how long a 429 asks to wait, counted from the moment it came. A date is read
// against the answer's own Date header, since the two clocks may differ, and rounded up to the
// whole second that both can express. It is false when the answer does not say.
func RetryDelay(e exchange.Exchange, received time.Time) (time.Duration, bool) {
	if e.Response == nil {
		return 0, false
	}
	wanted, err := parseRetryAfter(e.Response.Header.Get(retryAfter))
	if err != nil {
		return 0, false
	}
	if wanted.until.IsZero() {
		return wanted.delay, true
	}
	now := received
	if date, err := parseDate(e.Response.Header.Get("Date")); err == nil {
		now = date
	}
	return max(0, wanted.until.Sub(now)) + time.Second, true
}
