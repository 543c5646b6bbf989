package contract

import (
	"testing"
	"time"

	"conformance/internal/exchange"
)

// legalDelays are Retry-After values as RFC 9110 section 10.2.3 has them.
var legalDelays = []string{
	"0", "7", "007", "86400", "99999999999999999999999999", "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
	"Sun Nov  6 08:49:37 1994", "Wed Nov 16 08:49:37 1994", "Fri, 31 Dec 2100 23:59:59 GMT",
}

var illegalDelays = []string{
	"", " ", "-1", "+1", "0.5", "1,5", "1, 2", "1s", "soon", "0x10", "1e3", "２", " 7", "7 ",
	"2026-01-02T03:04:05Z", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 08:49:37 +0000", "Sun, 06 Nov 1994 08:49:37 UTC",
	"Sunday, 06-Nov-94 08:49:37 EST", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 06 Nov 1994 08:49:37.5 GMT",
	"sun, 06 nov 1994 08:49:37 GMT", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun Nov 06 08:49:37 1994",
	"06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT",
}

func TestLimitRules(t *testing.T) {
	after := func(values ...string) change { return header("Retry-After", values...) }
	const where, text = "header Retry-After", "a string that is not blank"
	tests := []ruleTest{
		wrong("none", "429-retry-after", where, "how long to wait before trying again", "no Retry-After", right(429, after())),
		wrong("two", "429-retry-after", where, "one value", `2: "1, 2"`, right(429, after("1", "2"))),
		wrong("the same twice", "429-retry-after", where, "one value", `2: "1, 1"`, right(429, after("1", "1"))),
		legal("none with another status", right(404)),
		legal("a wrong one with another status", right(500, after("soon"))),
		wrong("no message", "429-message", "/message", text, "nothing", right(429, says(`{}`))),
		wrong("another name", "429-message", "/message", text, "nothing", right(429, says(`{"msg":"slow down"}`))),
		wrong("a blank message", "429-message", "/message", text, `string " "`, right(429, says(`{"message":" "}`))),
		wrong("a number as message", "429-message", "/message", text, "number 429", right(429, says(`{"message":429}`))),
		legal("any message", right(429, says(`{"message":"slow down"}`))),
	}
	for _, value := range legalDelays {
		tests = append(tests, legal(value, right(429, after(value))))
	}
	for _, value := range illegalDelays {
		tests = append(tests, wrong("wrong: "+value, "429-retry-after-format", where, "a number of seconds or an HTTP-date", quoted(value), right(429, after(value))))
	}
	runRuleTests(t, tests)
}

func TestRetryDelay(t *testing.T) {
	received := time.Date(1994, 11, 6, 8, 49, 30, 0, time.UTC)
	const date = "Sun, 06 Nov 1994 08:49:37 GMT"
	const tenYears = 3650 * 24 * time.Hour
	tests := []struct {
		about  string
		header map[string]string
		want   time.Duration
		says   bool
	}{
		{"none", nil, 0, false},
		{"words", map[string]string{"Retry-After": "soon"}, 0, false},
		{"negative", map[string]string{"Retry-After": "-1"}, 0, false},
		{"zero", map[string]string{"Retry-After": "0"}, 0, true},
		{"seconds", map[string]string{"Retry-After": "7"}, 7 * time.Second, true},
		{"ten years", map[string]string{"Retry-After": "315360000"}, tenYears, true},
		{"a second less", map[string]string{"Retry-After": "315359999"}, tenYears - time.Second, true},
		{"a second more", map[string]string{"Retry-After": "315360001"}, tenYears, true},
		{"more than a duration holds", map[string]string{"Retry-After": "9223372037"}, tenYears, true},
		{"more than an integer holds", map[string]string{"Retry-After": "99999999999999999999"}, tenYears, true},
		{"a date, without Date", map[string]string{"Retry-After": date}, 8 * time.Second, true},
		{"a date, by a clock that is ahead", map[string]string{"Retry-After": date, "Date": "Sun, 06 Nov 1994 08:49:35 GMT"}, 3 * time.Second, true},
		{"a date, by a clock that is behind", map[string]string{"Retry-After": date, "Date": "Sunday, 06-Nov-94 08:48:37 GMT"}, 61 * time.Second, true},
		{"a date, with a wrong Date", map[string]string{"Retry-After": date, "Date": "now"}, 8 * time.Second, true},
		{"a date that has passed", map[string]string{"Retry-After": date, "Date": "Mon, 07 Nov 1994 08:49:37 GMT"}, time.Second, true},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			r := right(429, header("Retry-After"))
			for name, value := range test.header {
				header(name, value)(&r)
			}
			if got, says := RetryDelay(r.e, received); got != test.want || says != test.says {
				t.Errorf("%s, %t; expected %s, %t", got, says, test.want, test.says)
			}
		})
	}
	if got, says := RetryDelay(failed(exchange.Reset).e, received); got != 0 || says {
		t.Errorf("without an answer: %s, %t", got, says)
	}
}
