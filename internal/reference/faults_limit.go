package reference

import (
	"net/http"
	"strconv"
	"time"
)

// limitFaults are wrong in the rate limit or in what a 429 says.
var limitFaults = []Fault{
	{Name: "limit-forbidden", Requirement: "429-limited",
		About:    "Too many requests are answered 403.",
		redecide: instead(http.StatusForbidden, decided(429))},
	{Name: "limit-fault", Requirement: "429-limited",
		About:    "Too many requests run into an internal fault.",
		redecide: instead(http.StatusInternalServerError, decided(429))},
	{Name: "limit-accepted-once", Requirement: "429-limited",
		About: "The third request over the limit is accepted without a look-up of the account.",
		document: on(429, onThird(func(_ *visit, a *answer) {
			a.status = http.StatusAccepted
			a.document = members("id", shortHash("third"))
			a.header.Del("Retry-After")
		}))},
	{Name: "retry-after-missing", Requirement: "429-retry-after",
		About:    "A 429 has no Retry-After header.",
		document: on(429, header("Retry-After"))},
	{Name: "retry-after-twice", Requirement: "429-retry-after",
		About:    "A 429 has two Retry-After headers.",
		document: on(429, header("Retry-After", "1", "2"))},
	{Name: "retry-after-missing-once", Requirement: "429-retry-after",
		About:    "The third 429 has no Retry-After header.",
		document: on(429, onThird(header("Retry-After")))},
	{Name: "retry-after-negative", Requirement: "429-retry-after-format",
		About:    "Retry-After is negative.",
		document: on(429, header("Retry-After", "-1"))},
	{Name: "retry-after-decimal", Requirement: "429-retry-after-format",
		About:    "Retry-After is a decimal.",
		document: on(429, header("Retry-After", "0.5"))},
	{Name: "retry-after-words", Requirement: "429-retry-after-format",
		About:    "Retry-After is a word.",
		document: on(429, header("Retry-After", "soon"))},
	{Name: "retry-after-empty", Requirement: "429-retry-after-format",
		About:    "Retry-After is empty.",
		document: on(429, header("Retry-After", ""))},
	{Name: "retry-after-list", Requirement: "429-retry-after-format",
		About:    "Retry-After is a list of two delays.",
		document: on(429, header("Retry-After", "1, 2"))},
	{Name: "retry-after-rfc3339", Requirement: "429-retry-after-format",
		About: "Retry-After is a date as RFC 3339 has it.",
		configure: spells(func(now time.Time, wait time.Duration) string {
			return now.Add(wait + time.Second).UTC().Format(time.RFC3339)
		})},
	{Name: "retry-after-zone", Requirement: "429-retry-after-format",
		About: "Retry-After is a date with a zone other than GMT.",
		configure: spells(func(now time.Time, wait time.Duration) string {
			return now.Add(wait + time.Second).In(time.FixedZone("CET", 3600)).Format(time.RFC1123Z)
		})},
	{Name: "retry-after-too-small", Requirement: "429-retry-after-true",
		About: "Retry-After says 1 where it takes a minute.",
		configure: func(p *policy) {
			p.newGate = func() gate { return newWindows(time.Minute) }
			p.limit = generous
			p.retryAfter = func(time.Time, time.Duration) string { return "1" }
		}},
	{Name: "retry-after-date-past", Requirement: "429-retry-after-true",
		About: "Retry-After is a date that has passed, and it takes ten seconds.",
		configure: func(p *policy) {
			p.newGate = func() gate { return newWindows(window) }
			p.retryAfter = func(now time.Time, _ time.Duration) string { return httpDate(now, -time.Minute) }
		}},
	{Name: "retry-after-zero", Requirement: "429-retry-after-true",
		About: "Retry-After says 0 where it takes ten seconds.",
		configure: func(p *policy) {
			p.newGate = func() gate { return newWindows(window) }
			p.retryAfter = func(time.Time, time.Duration) string { return "0" }
		}},
	{Name: "retry-after-hours", Requirement: "429-retry-after-close",
		About:     "Retry-After says a day where it takes a second.",
		configure: spells(func(time.Time, time.Duration) string { return strconv.Itoa(24 * 60 * 60) })},
	{Name: "retry-after-next-year", Requirement: "429-retry-after-close",
		About: "Retry-After is a date a year away where it takes a second.",
		configure: spells(func(now time.Time, _ time.Duration) string {
			return httpDate(now, 365*24*time.Hour)
		})},
	{Name: "message-missing", Requirement: "429-message",
		About:    "A 429 has no message.",
		document: on(429, drop("message"))},
	{Name: "message-renamed", Requirement: "429-message",
		About:    "A 429 calls its message msg.",
		document: on(429, rename("message", "msg"))},
	{Name: "message-blank", Requirement: "429-message",
		About:    "The message of a 429 is blank.",
		document: on(429, set("message", `"  "`))},
	{Name: "message-number", Requirement: "429-message",
		About:    "The message of a 429 is a number.",
		document: on(429, set("message", `429`))},
}

// spells changes what Retry-After says; the limit itself stays.
func spells(retryAfter func(now time.Time, wait time.Duration) string) func(*policy) {
	return func(p *policy) { p.retryAfter = retryAfter }
}

// generous is a limit that only a token with a limit of its own meets.
func generous(user claims) int {
	if user.RateLimit > 0 {
		return user.RateLimit
	}
	return 1000 * usualLimit
}
