package contract

import (
	"strconv"
	"strings"
	"testing"
)

func TestFilledInRule(t *testing.T) {
	const value, filled = "a value, or none", "a text that is filled in"
	inText := func(text string) reply {
		return right(500, swaps(`"The request cannot be served."`, strconv.Quote(text)))
	}
	unfilled := func(text, found string) ruleTest {
		return wrong(text, "any-text-filled-in", "/messages/0/text", filled, "the placeholder "+quoted(found), inText(text))
	}
	tests := []ruleTest{
		unfilled("No account {0}.", "{0}"), unfilled("{1}", "{1}"), unfilled("no '{0}'", "'{0}"),
		unfilled("{account.unknown.message}", "{account.unknown.message}"),
		unfilled("No {{ account.id }}", "{{ account.id }}"), unfilled("No {{id}}", "{{id}}"),
		unfilled("No ${account}", "${account}"), unfilled("No #{account.id}", "#{account.id}"),
		unfilled("No account %!s(MISSING)", "%!s("), unfilled("no account %s", "%s"), unfilled("wait %d.", "%d."),
		unfilled("???error.404???", "???error.404???"),
		wrong("a word in a cause", "any-text-filled-in", "/causes/0/text", value, `the word for a missing one, "undefined"`,
			right(400, swaps(`The field comment is too long.`, `undefined`))),
		wrong("a word for a code", "any-text-filled-in", "/detailCode", value, `the word for a missing one, "null"`,
			right(404, swaps(`404.1 Reason`, `null`))),
		wrong("a word for a trackingId", "any-text-filled-in", "/trackingId", value, `the word for a missing one, "None"`,
			right(404, swaps(`tracking-1`, `None`))),
		wrong("the name of a text", "any-text-filled-in", "/messages/0/text", "a text", `the name of one, "error.account_404.not-found"`,
			inText("error.account_404.not-found")),
		wrong("a short name of a text", "any-text-filled-in", "/messages/0/text", "a text", `the name of one, "a.b.c"`, inText("a.b.c")),
		legal("the name of a field in a cause", right(400, swaps(`The field comment is too long.`, `request.body.comment`))),
		legal("a code like the name of a text", right(404, swaps(`404.1 Reason`, `error.account.unknown`))),
		wrong("a refusal", "any-text-filled-in", "/error", value, `the word for a missing one, "[object Object]"`,
			right(401, says(`{"error":"[object Object]"}`))),
		wrong("a limit", "any-text-filled-in", "/message", filled, `the placeholder "%d"`, right(429, says(`{"message":"Wait %d s"}`))),
		legal("a member of the server's own", right(404, swaps(`{`, `{"href":"/errors/{0}","x":"null",`))),
		legal("what the request said", right(404, to("https://tenant.example/accounts/x%20%7B0%7D/unlock"), swaps(`The request cannot be served.`, `No x {0}.`))),
		wrong("at the end of what is searched", "any-text-filled-in", "/messages/0/text", filled, `the placeholder "{0}"`,
			inText(strings.Repeat("x", maxRememberedText-len(" {0}"))+" {0}")),
		legal("behind what is searched", inText(strings.Repeat("x", maxRememberedText)+" {0}")),
	}
	for _, word := range []string{"null", "undefined", "None", "nil", "<nil>", "NaN", "[object Object]", "Optional.empty"} {
		tests = append(tests, wrong(word, "any-text-filled-in", "/messages/0/text", value, "the word for a missing one, "+quoted(word), inText(" "+word)))
	}
	for _, text := range []string{
		"POST /accounts/{id}/unlock", "must match [0-9a-f]{32}", "must match [0-9a-f]{2}", "a{1} b", "100 % sure", "100% sure", "%sx", "5%s", "null and void",
		"Null", "$5", "error.account", "Error.account.unknown", "see error.account.unknown", "error.account.unknown!", "a..b.c", "${}", "{{ }}", "{}", "{a}", "{10}", "Why???", "??? ???", "%!", "{A.b}", "# {x}",
	} {
		tests = append(tests, legal(text, inText(text)))
	}
	runRuleTests(t, tests)
}

func TestTrackingIDIsTheServersOwn(t *testing.T) {
	const expected = "an id of the server's own"
	asks := func(name, id string) change {
		return func(r *reply) {
			r.e.Request.Header = r.e.Request.Header.Clone()
			r.e.Request.Header.Set(name, id)
		}
	}
	runRuleTests(t, []ruleTest{
		wrong("a request id", "any-tracking-id-own", "/trackingId", expected, `"tracking-1", as in the request's header X-Request-ID`,
			right(404, asks("X-Request-Id", "tracking-1"))),
		wrong("a correlation id", "any-tracking-id-own", "/trackingId", expected, `"tracking-1", as in the request's header X-Correlation-ID`,
			right(500, asks("X-Correlation-Id", "tracking-1"))),
		legal("another id", right(404, asks("X-Request-Id", "tracking-2"))),
		legal("another header", right(404, asks("X-Session", "tracking-1"))),
		legal("a task", right(202, asks("X-Request-Id", "task-1"))),
	})
}
