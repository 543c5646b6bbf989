package contract

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/fixtures"
	"conformance/internal/exchange"
)

func TestDecide(t *testing.T) {
	const (
		beaten  = "refused with 429, for longer than provoke.rateLimit.maxWait allows to wait"
		nothing = "the case org-admin, which differs only in what is tested here, was answered with 403 too: the refusal proves nothing"
		missing = "sent for the missing account, since accounts.unlockable is not set, and answered with 404"
	)
	accepted := fixtures.Case{Proves: "202-org-admin", Account: fixtures.Unlockable, Expect: []int{202}}
	forbidden := fixtures.Case{Proves: "403-no-authority", Account: fixtures.Probe, Control: "org-admin", Expect: []int{403}}
	either := fixtures.Case{Proves: "400-media-type", Account: fixtures.Probe, Expect: []int{400, 415}}
	hostile := fixtures.Case{Proves: "404-hostile-id", Account: "long", Expect: []int{404, 400, 414}}
	method := fixtures.Case{Proves: "404-other-method", Account: fixtures.Probe, Control: "org-admin", Expect: []int{405, 404, 501}}
	empty := fixtures.Case{Proves: "401-empty-token", Account: fixtures.Probe, Expect: []int{401}, Warn: []int{400}}
	fault := fixtures.Case{Proves: "500-provoked", Account: fixtures.Fault, Expect: []int{500}}
	stray := func(status string) Finding {
		return Finding{State: Unjudged, Why: "answered with " + status + ", which any-documented-status judges"}
	}
	unjudged := func(why string) Finding { return Finding{State: Unjudged, Why: why} }
	broken := func(expected, seen string) Finding {
		return Finding{State: Broken, Violations: []Violation{{"status", expected, seen}}}
	}
	tests := []struct {
		about     string
		c         fixtures.Case
		reply     reply
		control   *reply
		consented bool
		want      Finding
	}{
		{"accepted", accepted, right(202), nil, true, Finding{}},
		{"refused", accepted, right(403), nil, true, broken("202", "403 Forbidden")},
		{"a fault", accepted, right(500), nil, true, broken("202", "500 Internal Server Error")},
		{"not found", accepted, right(404), nil, false, broken("202", "404 Not Found")},
		{"another success", accepted, right(200), nil, true, broken("202", "200 OK")},
		{"the lowest success", accepted, right(299), nil, true, broken("202", "299")},
		{"a redirect", accepted, right(302), nil, true, stray("302 Found")},
		{"the lowest redirect", accepted, right(300), nil, true, stray("300 Multiple Choices")},
		{"the highest redirect", accepted, right(399), nil, true, stray("399")},
		{"a status below 200", accepted, right(199), nil, true, stray("199")},
		{"a gateway", accepted, right(502), nil, true, stray("502 Bad Gateway")},
		{"the lowest status above 500", accepted, right(501), nil, true, stray("501 Not Implemented")},
		{"a limit", accepted, right(429), nil, true, unjudged(beaten)},
		{"no answer", accepted, failed(exchange.Reset), nil, true, unjudged("no answer: it failed")},
		{"nothing at all", accepted, right(202, func(r *reply) { r.e.Response = nil }), nil, true, unjudged("no answer")},
		{"an answer that breaks off", accepted, right(202, fails(exchange.Truncated)), nil, true, Finding{}},
		{"another answer that breaks off", accepted, right(400, fails(exchange.Truncated)), nil, true, broken("202", "400 Bad Request")},
		{"an interruption", accepted, right(202, fails(exchange.Interrupted)), nil, true, unjudged("no answer: it failed")},
		{"not recorded", accepted, failed(exchange.NotRecorded), nil, true, unjudged("no answer: it failed")},

		{"refused, without a control", forbidden, right(403), nil, true, Finding{}},
		{"refused, the control accepted", forbidden, right(403), ptr(right(202)), true, Finding{}},
		{"refused, the control refused otherwise", forbidden, right(403), ptr(right(404)), true, Finding{}},
		{"refused, the control too", forbidden, right(403), ptr(right(403)), true, unjudged(nothing)},
		{"refused, the control unanswered", forbidden, right(403), ptr(failed(exchange.Timeout)), true, Finding{}},
		{"refused, the control broken off", forbidden, right(403), ptr(right(403, fails(exchange.Reset))), true, Finding{}},
		{"accepted, the control refused", forbidden, right(202), ptr(right(403)), true, broken("403", "202 Accepted")},
		{"not found, with consent", forbidden, right(404), nil, true, broken("403", "404 Not Found")},
		{"not found, without consent", forbidden, right(404), nil, false, unjudged(missing)},
		{"unauthorized, without consent", forbidden, right(401), nil, false, broken("403", "401 Unauthorized")},

		{"the first of two", either, right(400), nil, true, Finding{}},
		{"the second of two", either, right(415), nil, true, Finding{}},
		{"neither of two", either, right(202), nil, true, broken("400 or 415", "202 Accepted")},
		{"none of three", hostile, right(202), nil, false, broken("404, 400 or 414", "202 Accepted")},
		{"not found is expected", hostile, right(404), nil, false, Finding{}},
		{"a status above 500 is expected", method, right(501), ptr(right(202)), true, Finding{}},
		{"a status above 500 is expected, and the control's", method, right(501), ptr(right(501)), true,
			unjudged("the case org-admin, which differs only in what is tested here, was answered with 501 too: the refusal proves nothing")},
		{"an acceptance, and the control's", fixtures.Case{Control: "org-admin", Expect: []int{202, 400}}, right(202), ptr(right(202)), true, Finding{}},
		{"the highest status that is no refusal", fixtures.Case{Control: "org-admin", Expect: []int{399}}, right(399), ptr(right(399)), true, Finding{}},
		{"not found is one of three", method, right(404), nil, false, Finding{}},
		{"an expected fault", fault, right(500), nil, true, Finding{}},
		{"no fault", fault, right(202), nil, true, broken("500", "202 Accepted")},
		{"doubtful", empty, right(400), nil, true, Finding{State: Doubtful,
			Why: "400 is not what the page says, though it leaves room for it", Violations: []Violation{{"status", "401", "400 Bad Request"}}}},
		{"not doubtful", empty, right(403), nil, true, broken("401", "403 Forbidden")},
		{"the lowest refusal", fixtures.Case{Control: "org-admin", Expect: []int{400}}, right(400), ptr(right(400)), true,
			unjudged("the case org-admin, which differs only in what is tested here, was answered with 400 too: the refusal proves nothing")},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			sentFor(test.c)(&test.reply)
			var control *Answer
			if test.control != nil {
				control = read(*test.control)[0]
			}
			test.want.Requirement = test.c.Proves
			got := Decide(test.c, read(test.reply)[0], control, test.consented)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("finding (-want +got):\n%s", diff)
			}
		})
	}
}

func ptr(r reply) *reply { return &r }
