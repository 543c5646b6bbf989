package contract

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/fixtures"
	"conformance/internal/exchange"
)

func TestDecideBurst(t *testing.T) {
	burst := fixtures.Case{Name: "burst", Proves: "429-limited", Expect: []int{404, 429}}
	const (
		untold  = "the request that was sent alone got no answer to compare this one with"
		three   = "the limit was not reached by 3 requests"
		reset   = "no answer: it failed"
		gateway = "answered with 503 Service Unavailable, which any-documented-status judges"
	)
	broken := func(alone, seen string) Finding {
		return Finding{State: Broken, Violations: []Violation{{"status",
			"429 over the limit, and below it " + alone + ", as for a single request", seen}}}
	}
	unjudged := func(why string) Finding { return Finding{State: Unjudged, Why: why} }
	tests := []struct {
		about  string
		single reply
		burst  []reply
		want   []Finding
	}{
		{"limited", right(404), []reply{right(404), right(429), right(429)}, []Finding{{}, {}, {}}},
		{"limited, and served again", right(404), []reply{right(429), right(404), right(404)}, []Finding{{}, {}, {}}},
		{"all limited", right(404), []reply{right(429), right(429)}, []Finding{{}, {}}},
		{"not limited", right(404), []reply{right(404), right(404), right(404)}, []Finding{unjudged(three), unjudged(three), unjudged(three)}},
		{"another refusal over the limit", right(404), []reply{right(404), right(403)}, []Finding{unjudged("the limit was not reached by 2 requests"), broken("404 Not Found", "403 Forbidden")}},
		{"accepted below the limit", right(404), []reply{right(202), right(429)}, []Finding{broken("404 Not Found", "202 Accepted"), {}}},
		{"a fault", right(403), []reply{right(403), right(500), right(429)}, []Finding{{}, broken("403 Forbidden", "500 Internal Server Error"), {}}},
		{"a gateway", right(404), []reply{right(404), right(503), right(429)}, []Finding{{}, unjudged(gateway), {}}},
		{"no answer to one", right(404), []reply{right(429), failed(exchange.Reset), right(404)}, []Finding{{}, unjudged(reset), {}}},
		{"a limit that breaks off", right(404), []reply{right(429, fails(exchange.Truncated)), right(404)}, []Finding{unjudged(reset), {}}},
		{"nothing at all", right(404), []reply{right(404, func(r *reply) { r.e.Response = nil })}, []Finding{unjudged("no answer")}},
		{"no answer to the single one", failed(exchange.Reset), []reply{right(404), right(429)}, []Finding{unjudged(untold), {}}},
		{"the single one limited", right(429), []reply{right(404), right(429)}, []Finding{unjudged(untold), {}}},
		{"the single one astray", right(502), []reply{right(502), right(404)}, []Finding{unjudged(untold), unjudged(untold)}},
		{"no burst", right(404), nil, nil},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			for i := range test.want {
				test.want[i].Requirement = "429-limited"
			}
			got := DecideBurst(burst, read(test.single)[0], read(test.burst...))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecideWait(t *testing.T) {
	const header = "header Retry-After"
	served := "that a request is served after the wait"
	unjudged := func(why string) Finding { return Finding{State: Unjudged, Why: why} }
	broken := func(expected, seen string) Finding {
		return Finding{State: Broken, Violations: []Violation{{header, expected, seen}}}
	}
	cut := unjudged("Retry-After asks for a longer wait than provoke.rateLimit.maxWait allows")
	astray := unjudged("answered with 503 Service Unavailable, which any-documented-status judges")
	tests := []struct {
		about         string
		single, after reply
		whole         bool
		truth, close  Finding
	}{
		{"served", right(404), right(404), true, Finding{}, Finding{}},
		{"limited still", right(404), right(429), true, broken(served+", with 404 Not Found", "429 Too Many Requests"), Finding{}},
		{"refused otherwise", right(404), right(403), true, broken(served+", with 404 Not Found", "403 Forbidden"), Finding{}},
		{"a fault", right(404), right(500), true, broken(served+", with 404 Not Found", "500 Internal Server Error"), Finding{}},
		{"astray", right(404), right(503), true, astray, astray},
		{"astray too early", right(404), right(503), false, astray, astray},
		{"no answer", right(404), failed(exchange.Reset), true, unjudged("no answer: it failed"), unjudged("no answer: it failed")},
		{"no answer too early", right(404), failed(exchange.Interrupted), false, unjudged("no answer: it failed"), unjudged("no answer: it failed")},
		{"an answer that breaks off", right(404), right(429, fails(exchange.Truncated)), true, unjudged("no answer: it failed"), unjudged("no answer: it failed")},
		{"nothing at all", right(404), right(404, func(r *reply) { r.e.Response = nil }), true, unjudged("no answer"), unjudged("no answer")},
		{"limited still, too early", right(404), right(429), false, cut, Finding{}},
		{"served too early", right(404), right(404), false, cut, broken("about as long as the limit lasts", "a request was served long before, with 404 Not Found")},
		{"refused otherwise, too early", right(404), right(403), false, cut, Finding{}},
		{"served, the single one limited", right(429), right(404), true, Finding{}, Finding{}},
		{"limited still, the single one too", right(429), right(429), true, broken(served, "429 Too Many Requests"), Finding{}},
		{"limited still, the single one unanswered", failed(exchange.Reset), right(429), true, broken(served, "429 Too Many Requests"), Finding{}},
		{"served, the single one unanswered", failed(exchange.Reset), right(404), true, Finding{}, Finding{}},
		{"limited too early, the single one too", right(429), right(429), false, cut, Finding{}},
		{"astray as before", right(503), right(503), true, astray, astray},
		{"astray as before, too early", right(503), right(503), false, astray, astray},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			test.truth.Requirement, test.close.Requirement = "429-retry-after-true", "429-retry-after-close"
			got := DecideWait(read(test.single)[0], read(test.after)[0], test.whole)
			if diff := cmp.Diff([]Finding{test.truth, test.close}, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
