package contract

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/fixtures"
	"conformance/internal/exchange"
)

// The requirements that every complete answer of a documented status is held to, and those
// that go with its envelope.
var (
	everyAnswer = []string{"any-answered", "any-documented-status", "any-media-type", "any-charset",
		"any-content-coding", "any-json", "any-json-utf8", "any-members-once", "any-unique-names", "any-envelope"}
	everyError = []string{"any-detail-code", "any-detail-code-status", "any-tracking-id", "any-tracking-id-unique",
		"any-messages", "any-message-text", "any-message-locale", "any-message-locale-origin", "any-message-members",
		"any-causes", "any-cause-text", "any-cause-plain-text", "any-cause-locale", "any-cause-locale-origin",
		"any-cause-members", "any-locale-default", "any-locale-language"}
	everyText = []string{"any-no-internals", "any-no-credentials"}
	namedText = append(slices.Clone(everyText), "any-text-filled-in")
)

// judgedOn is what a judge found anything about, good or bad, in one reply.
func judgedOn(r reply) []string {
	var requirements []string
	for _, finding := range NewJudge().Answer(read(r)[0]) {
		requirements = append(requirements, finding.Requirement)
	}
	return requirements
}

// A requirement that is not judged reads as one that could not be: each must be judged
// wherever it can.
func TestRulesJudgeWhatTheyCan(t *testing.T) {
	without := func(list []string, ids ...string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(id string) bool { return slices.Contains(ids, id) })
	}
	noCauses := without(everyError, "any-cause-text", "any-cause-plain-text", "any-cause-locale",
		"any-cause-locale-origin", "any-cause-members")
	someCase := fixtures.Case{Name: "some-case"}
	ofACase := slices.Insert(slices.Clone(everyAnswer), 2, "any-no-unexpected-error")
	tests := []struct {
		about string
		reply reply
		want  []string
	}{
		{"202", right(202), slices.Concat(everyAnswer, everyText, []string{"202-task-id", "202-task-id-distinct", "202-task-id-not-account"})},
		{"202 with great numbers", right(202, says(`{"id":"1","n":[1e999999999,-1e-999999999]}`)),
			slices.Concat(everyAnswer, everyText, []string{"202-task-id", "202-task-id-distinct", "202-task-id-not-account"})},
		{"202 without an id", right(202, says(`{"ID":"task-1"}`)), slices.Concat(everyAnswer, everyText, []string{"202-task-id"})},
		{"202 with a blank id", right(202, says(`{"id":" "}`)), slices.Concat(everyAnswer, everyText, []string{"202-task-id"})},
		{"202 with a number as id", right(202, says(`{"id":1}`)), slices.Concat(everyAnswer, everyText, []string{"202-task-id"})},
		{"400", right(400), slices.Concat(everyAnswer, everyError, namedText)},
		{"403", right(403), slices.Concat(everyAnswer, everyError, namedText)},
		{"404", right(404), slices.Concat(everyAnswer, everyError, namedText)},
		{"500", right(500), slices.Concat(everyAnswer, everyError, namedText)},
		{"400 without causes", right(400, swaps(`,"causes":[`+causeJSON+`]`, ``)),
			slices.Concat(everyAnswer, without(noCauses, "any-causes"), namedText)},
		{"400 with empty causes", right(400, swaps(causeJSON, ``)), slices.Concat(everyAnswer, noCauses, namedText)},
		{"400 with causes that are null", right(400, swaps(`[`+causeJSON+`]`, `null`)), slices.Concat(everyAnswer, noCauses, namedText)},
		{"400 with causes that are no objects", right(400, swaps(causeJSON, `1`)), slices.Concat(everyAnswer, noCauses, namedText)},
		{"400 with blank ids", right(400, swaps(`"400.1 Reason"`, `" "`), swaps(`"tracking-1"`, `"\t"`)),
			slices.Concat(everyAnswer, without(everyError, "any-detail-code-status", "any-tracking-id-unique"), namedText)},
		{"400 with numbers as ids", right(400, swaps(`"400.1 Reason"`, `400`), swaps(`"tracking-1"`, `1`)),
			slices.Concat(everyAnswer, without(everyError, "any-detail-code-status", "any-tracking-id-unique"), namedText)},
		{"401 of a case", right(401, sentFor(someCase)),
			slices.Concat(ofACase, namedText, []string{"401-error", "401-www-authenticate", "401-same-answer"})},
		{"401 of foreign traffic", right(401), slices.Concat(everyAnswer, namedText, []string{"401-error", "401-www-authenticate"})},
		{"401 with a blank error", right(401, says(`{"error":" "}`), sentFor(someCase)),
			slices.Concat(ofACase, namedText, []string{"401-error", "401-www-authenticate"})},
		{"401 without a credential", right(401, credential("")),
			slices.Concat(everyAnswer, namedText, []string{"401-error", "401-www-authenticate"})},
		{"429", right(429), slices.Concat(everyAnswer, namedText, []string{"429-retry-after", "429-retry-after-format", "429-message"})},
		{"429 without Retry-After", right(429, header("Retry-After")),
			slices.Concat(everyAnswer, namedText, []string{"429-retry-after", "429-message"})},
		{"429 with two Retry-After", right(429, header("Retry-After", "1", "2")),
			slices.Concat(everyAnswer, namedText, []string{"429-retry-after", "429-message"})},
		{"another media type", right(202, header("Content-Type", "text/html")),
			slices.Concat(without(everyAnswer, "any-charset"), everyText, []string{"202-task-id", "202-task-id-distinct", "202-task-id-not-account"})},
		{"no JSON", right(202, says(`oops`)),
			slices.Concat(without(everyAnswer, "any-members-once", "any-unique-names", "any-envelope"), everyText)},
		{"no object", right(400, says(`[]`)), slices.Concat(everyAnswer, everyText)},
		{"another's envelope", right(400, says(unauthorizedBody)), slices.Concat(everyAnswer, everyText)},
		{"a body that cannot be decoded", right(202, header("Content-Encoding", "gzip")),
			[]string{"any-answered", "any-documented-status", "any-media-type", "any-charset", "any-content-coding", "any-no-credentials"}},
		{"a coding that is not undone here", right(202, header("Content-Encoding", "br"), says("\x1b\x00")),
			[]string{"any-answered", "any-documented-status", "any-media-type", "any-charset", "any-no-credentials"}},
		{"a status that is not documented", right(409), []string{"any-answered", "any-documented-status", "any-no-credentials"}},
		{"405 to another method", right(405, method("PUT")),
			[]string{"any-answered", "404-allow-header", "any-no-credentials"}},
		{"a GET of something else", right(404, method("GET"), says("<html>"), header("Content-Type", "text/html")), []string{"any-answered", "any-no-credentials"}},
		{"500 where it is provoked", right(500, sentFor(fixtures.Case{Account: fixtures.Fault})), slices.Concat(everyAnswer, everyError, namedText)},
		{"405 to POST", right(405), []string{"any-answered", "any-documented-status", "any-no-credentials"}},
		{"an error with the members of others", right(404, swaps(`{`, `{"id":"1","error":"no","message":"no",`), sentFor(someCase)), slices.Concat(ofACase, everyError, namedText)},
		{"a task with the members of others", right(202, says(`{"id":"1","error":"no","trackingId":"1","detailCode":"1","messages":1,"causes":1}`), sentFor(someCase)),
			slices.Concat(ofACase, everyText, []string{"202-task-id", "202-task-id-distinct", "202-task-id-not-account"})},
		{"an error with wrong lists", right(404, swaps(messageJSON, `1`), swaps(causeJSON, `"x"`)),
			slices.Concat(everyAnswer, []string{"any-detail-code", "any-detail-code-status", "any-tracking-id", "any-tracking-id-unique", "any-messages", "any-causes"}, namedText)},
		{"nothing at all", right(202, func(r *reply) { r.e.Response = nil }), []string{"any-answered"}},
		{"no answer", failed(exchange.Reset), []string{"any-answered"}},
		{"an answer that breaks off", right(401, fails(exchange.Truncated), sentFor(someCase)), []string{"any-answered"}},
		{"a 429 that breaks off", right(429, fails(exchange.Truncated)), []string{"any-answered"}},
		{"a 405 that breaks off", right(405, method("PUT"), fails(exchange.Truncated)), []string{"any-answered"}},
		{"an interruption", failed(exchange.Interrupted), nil},
		{"an interruption in the body", right(202, fails(exchange.Interrupted)), nil},
		{"a request that was not recorded", failed(exchange.NotRecorded), nil},
		{"a request that this machine could not send", failed(exchange.Local), nil},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			if diff := cmp.Diff(test.want, judgedOn(test.reply)); diff != "" {
				t.Errorf("judged (-want +got):\n%s", diff)
			}
		})
	}
}

// What a judge remembers is its own.
func TestJudgesDoNotShareTheirMemory(t *testing.T) {
	for range 2 {
		for _, finding := range NewJudge().Answer(read(right(400))[0]) {
			if finding.State != Holds {
				t.Errorf("%s: %+v", finding.Requirement, finding.Violations)
			}
		}
	}
}

// What compares answers waits for the judge. The rest is found ahead of it, and found once.
func TestInspectingAheadChangesNoFinding(t *testing.T) {
	replies := []reply{right(400, swaps(`400.1 Reason`, `404.1 Reason`)), right(400, swaps(`"en-US"`, `"en_US"`))}
	alone, ahead := NewJudge(), NewJudge()
	inspected := read(replies...)
	for i, answer := range read(replies...) {
		unlockReader.Inspect(inspected[i])
		var waiting []string
		for _, found := range inspected[i].findings {
			if found.rule != nil {
				waiting = append(waiting, found.rule.Requirement)
			}
		}
		if diff := cmp.Diff([]string{"any-tracking-id-unique", "any-locale-default", "any-locale-language"}, waiting); diff != "" {
			t.Errorf("answer %d waits for the judge with (-want +got):\n%s", i+1, diff)
		}
		if diff := cmp.Diff(alone.Answer(answer), ahead.Answer(inspected[i])); diff != "" {
			t.Errorf("answer %d (-alone +ahead):\n%s", i+1, diff)
		}
	}
}

func TestRulesNameEachRequirementOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, rule := range Rules {
		if seen[rule.Requirement] {
			t.Errorf("%s has two rules", rule.Requirement)
		}
		seen[rule.Requirement] = true
	}
}

// What refuses a hostile account id without a word of JSON is a proxy, most likely: nobody can
// say that the operation is to blame.
func TestHostileIDsMayBeRefusedBefore(t *testing.T) {
	hostile := sentFor(fixtures.Case{Proves: "404-hostile-id", Expect: []int{404}})
	html := []change{hostile, header("Content-Type", "text/html"), says("<html>")}
	tests := []struct {
		about string
		reply reply
		want  State
	}{
		{"a page", right(404, html...), Doubtful},
		{"a page with the lowest such status", right(400, html...), Doubtful},
		{"a page with the highest such status", right(499, html...), Doubtful},
		{"a page of a gateway", right(502, html...), Broken},
		{"a page with a success", right(202, html...), Broken},
		{"JSON", right(404, hostile, says("{}")), Broken},
		{"another case", right(404, append(html, sentFor(fixtures.Case{Proves: "404-unknown-account", Expect: []int{404}}))...), Broken},
		{"foreign traffic", right(404, append(html, func(r *reply) { r.c = nil })...), Broken},
		{"no answer", right(404, hostile, func(r *reply) { r.e = failed(exchange.Reset).e }), Broken},
		{"a page that breaks off", right(404, append(html, fails(exchange.Truncated))...), Broken},
	}
	for _, test := range tests {
		const why = "an id like this may be refused before it reaches the operation"
		found := 0
		for _, finding := range NewJudge().Answer(read(test.reply)[0]) {
			if len(finding.Violations) == 0 {
				continue
			}
			found++
			if finding.State != test.want || (finding.Why == why) != (test.want == Doubtful) {
				t.Errorf("%s: %s is in state %d (%s), expected %d", test.about, finding.Requirement, finding.State, finding.Why, test.want)
			}
		}
		if found == 0 {
			t.Errorf("%s: nothing is found", test.about)
		}
	}
}
