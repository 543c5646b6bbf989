package contract

import (
	"strings"
	"testing"
)

func TestNoInternalsRule(t *testing.T) {
	const expected = "a text for the reader"
	const frame = "at com.example.Unlock.run(Unlock.java:87)"
	const seen = `a Java stack trace: "(Unlock.java:87)"`
	shows := func(about, where string, r reply) ruleTest {
		return wrong(about, "any-no-internals", where, expected, seen, r)
	}
	filler := strings.Repeat("x", searchedLimit-len(frame)-1) + " "
	localURL := "http://localhost:8080/app/api.php/accounts/" + account + "/unlock"
	runRuleTests(t, []ruleTest{
		shows("in a message", "/messages/0/text", right(500, swaps(`The request cannot be served.`, frame))),
		shows("in a cause", "/causes/0/text", right(400, swaps(`The field comment is too long.`, frame))),
		shows("in a refusal", "/error", right(401, says(`{"error":"`+frame+`"}`))),
		shows("in a limit", "/message", right(429, says(`{"message":"`+frame+`"}`))),
		shows("in a code", "/detailCode", right(500, swaps(`500.1 Reason`, frame))),
		shows("in a task", "/a~1b/~0/1", right(202, says(`{"id":"1","a/b":{"~":[true,"`+frame+`"]}}`))),
		shows("behind a long name", "/"+strings.Repeat("n", 199)+"...", right(202, says(`{"id":"1","`+strings.Repeat("n", 300)+`":["`+frame+`"]}`))),
		shows("at the end of what is searched", "/a", right(202, says(`{"a":"`+filler+frame+`","id":"1"}`))),
		legal("behind what is searched", right(202, says(`{"a":"`+filler+` `+frame+`","b":"`+frame+`","id":"1"}`))),
		{"several", []reply{right(400, swaps(`The request cannot be served.`, frame), swaps(`The field comment is too long.`, frame))}, []blame{
			{"any-no-internals", "/causes/0/text", expected, seen}, {"any-no-internals", "/messages/0/text", expected, seen}}},
		{"the whole body", []reply{right(500, says(`"`+frame+`"`))}, []blame{
			{"any-envelope", "body", "a JSON object, " + envelopeTitles["error"], `the string "` + frame + `"`},
			{"any-no-internals", "body", expected, seen}}},
		{"no JSON", []reply{right(500, says("Error "+frame))}, []blame{
			{"any-json", "body", "exactly one JSON value", "invalid character 'E' at start of value at offset 0"},
			{"any-no-internals", "body", expected, seen}}},
		legal("in a name", right(202, says(`{"id":"1","`+frame+`":1}`))),
		legal("the target's own address", right(404, to(localURL), swaps(`{`, `{"self":"`+localURL+`","host":"localhost:8080","path":"/app/api.php/accounts/`+account+`/unlock",`))),
		wrong("another address", "any-no-internals", "/host", expected, `an address of the inside: "localhost:8081"`,
			right(404, to(localURL), swaps(`{`, `{"host":"localhost:8081",`))),
		legal("an account id that looks like a mark", right(404, to("https://tenant.example/accounts/SQLSTATE%20ORA-00001/unlock"), swaps(`{`, `{"detail":"There is no account SQLSTATE ORA-00001.",`))),
		legal("no documented status", right(405, method("GET"), header("Allow", "POST"), says(frame))),
	})
}

func TestNoCredentialsRule(t *testing.T) {
	const where, expected, seen = "body", "no credential", "the credential <orgAdmin>"
	runRuleTests(t, []ruleTest{
		wrong("in a text", "any-no-credentials", where, expected, seen, right(401, says(`{"error":"bad token <orgAdmin>"}`))),
		wrong("in a member of its own", "any-no-credentials", where, expected, seen, right(202, says(`{"id":"1","by":"Bearer <orgAdmin>"}`))),
		wrong("in a coded body", "any-no-credentials", where, expected, seen, right(202, says(zipped(`{"id":"<orgAdmin>"}`)), header("Content-Encoding", "gzip"))),
		wrong("in a header", "any-no-credentials", "header X-Debug", expected, seen, right(404, header("X-Debug", "1", "Bearer <orgAdmin>"))),
		{"everywhere", []reply{right(202, says(`{"id":"<orgAdmin>"}`), header("X-B", "<orgAdmin>"), header("X-A", "<orgAdmin>"))}, []blame{
			{"any-no-credentials", where, expected, seen}, {"any-no-credentials", "header X-A", expected, seen}, {"any-no-credentials", "header X-B", expected, seen}}},
		{"with a status that is not documented", []reply{right(502, says(`<orgAdmin>`))}, []blame{
			{"any-documented-status", "status", "202, 400, 401, 403, 404, 429 or 500", "502 Bad Gateway"}, {"any-no-credentials", where, expected, seen}}},
		wrong("a derived one", "any-no-credentials", where, expected, "the credential <orgAdmin:tampered>",
			right(401, credential("orgAdmin:tampered"), says(`{"error":"<orgAdmin:tampered>"}`))),
		wrong("another's", "any-no-credentials", where, expected, seen, right(401, credential("helpdesk"), says(`{"error":"<orgAdmin>"}`))),
		wrong("without one of its own", "any-no-credentials", where, expected, seen, right(401, credential(""), says(`{"error":"<orgAdmin>"}`))),
		legal("a tag", right(401, says(`{"error":"<organisation>"}`))),
		legal("the name alone", right(401, says(`{"error":"orgAdmin"}`))),
		legal("none", right(401, credential(""), says(`{"error":"<>"}`))),
		legal("in a cause, as plain text", right(400, credential("b"), swaps(`comment`, `b`))),
		{"in a cause", []reply{right(400, credential("expired"), swaps(`comment`, `<expired>`))}, []blame{{"any-no-credentials", where, expected, "the credential <expired>"}}},
		legal("in pieces", right(202, header("X-A", "<orgAdmin", ">"), header("X-B<orgAdmin", ">"))),
		legal("a label without its form", right(202, says(`{"id":"<orgAdmin:>"}`))),
		wrong("a numbered one", "any-no-credentials", where, expected, "the credential <credential-1>",
			right(401, credential("credential-1"), says(`{"error":"<credential-1>"}`))),
		wrong("one of many", "any-no-credentials", where, expected, "the credential <credential-120>", right(401, says(`{"error":"<credential-120>"}`))),
		legal("a number that is missing", right(401, says(`{"error":"<credential->"}`))),
	})
	for _, name := range []string{"orgAdmin", "sourceAdmin", "sourceSubadmin", "helpdesk", "provisioner", "noProvisioning", "unprivileged", "expired", "throttled"} {
		if got := blamed(right(202, says(`{"id":"<`+name+`>"}`))); len(got) != 1 || got[0].Requirement != "any-no-credentials" {
			t.Errorf("the label of %s: %v", name, got)
		}
	}
}

// A link may lead anywhere; a sentence may not, and neither may a header.
func TestLinksAreNotInternals(t *testing.T) {
	links := func(text string) reply { return right(202, says(`{"id":"1","self":"`+text+`"}`)) }
	const expected = "a text for the reader"
	runRuleTests(t, []ruleTest{
		legal("a link", links("http://localhost:9999/tasks/1"), right(202, says(`{"id":"2"}`), header("Location", "https://10.0.0.1:8443/tasks/2"))),
		wrong("a link in a sentence", "any-no-internals", "/self", expected, `an address of the inside: "localhost:9999"`, links("http://localhost:9999/x is down")),
		wrong("another scheme", "any-no-internals", "/self", expected, `an address of the inside: "localhost:9999"`, links("ftp://localhost:9999/x")),
		wrong("no scheme", "any-no-internals", "/self", expected, `an address of the inside: "127.0.0.1:9999"`, links("127.0.0.1:9999")),
		wrong("in a header", "any-no-internals", "header X-Debug", expected, `a Java stack trace: "(Unlock.java:87)"`, right(202, header("X-Debug", "fine", "at a.b(Unlock.java:87)"))),
		{"the same text again", []reply{links("(Unlock.java:87)"), right(401, says(`{"error":"(Unlock.java:87)"}`))}, []blame{
			{"any-no-internals", "/self", expected, `a Java stack trace: "(Unlock.java:87)"`}, {"any-no-internals", "/error", expected, `a Java stack trace: "(Unlock.java:87)"`}}},
	})
}
