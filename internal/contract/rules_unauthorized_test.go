package contract

import (
	"testing"

	"conformance/fixtures"
)

func TestUnauthorizedRules(t *testing.T) {
	const text = "a string that is not blank"
	missing := func(about, seen, json string) ruleTest {
		return wrong(about, "401-error", "/error", text, seen, right(401, says(json)))
	}
	challenge := func(values ...string) change { return header("Www-Authenticate", values...) }
	runRuleTests(t, []ruleTest{
		missing("no error", "nothing", `{}`),
		missing("another name", "nothing", `{"errorMessage":"no"}`),
		missing("an empty error", `string ""`, `{"error":""}`),
		missing("null", "null", `{"error":null}`),
		missing("an object", "object of 1 member", `{"error":{"message":"no"}}`),
		legal("any text", right(401, says(`{"error":"Full authentication is required"}`))),

		legal("a challenge", right(401, challenge(`Bearer realm="accounts", error="invalid_token"`)), right(401, challenge("", "Negotiate"))),
		wrong("no challenge", "401-www-authenticate", "header WWW-Authenticate", "at least one challenge, such as Bearer", "none", right(401, challenge())),
		wrong("a blank challenge", "401-www-authenticate", "header WWW-Authenticate", "at least one challenge, such as Bearer", "none", right(401, challenge("", " "))),
		legal("no challenge with another status", right(403)),
	})
}

func TestSameRefusalRule(t *testing.T) {
	bearer := sentFor(fixtures.Case{Name: "expired-token", Authorization: fixtures.Bearer})
	refusal := func(text string, changes ...change) reply {
		return right(401, append([]change{bearer, says(`{"error":"` + text + `"}`)}, changes...)...)
	}
	differs := func(about, first, second, seen string) ruleTest {
		return wrong(about, "401-same-answer", "/error", "the text that other accounts and bodies get, "+quoted(seen), quoted(second),
			refusal(first), refusal(second))
	}
	other := to("https://tenant.example/accounts/no-such/unlock")
	runRuleTests(t, []ruleTest{
		legal("one text", refusal("Token expired."), refusal("Token expired.", other)),
		differs("two texts", "Token expired.", "No such account.", "Token expired."),
		differs("the length of the body", "Token expired, 2 bytes dropped.", "Token expired, 22 bytes dropped.", "Token expired, 0 bytes dropped."),
		differs("a number in one only", "Token expired.", "Token expired 1.", "Token expired."),
		wrong("the account's name", "401-same-answer", "/error", "a text that does not name the account", `"no-such: token expired"`, refusal("no-such: token expired", other)),
		wrong("the account's name without its escapes", "401-same-answer", "/error", "a text that does not name the account", `"a b c: token expired"`,
			refusal("a b c: token expired", to("https://tenant.example/accounts/a%20b%20c/unlock"))),
		legal("a short name in a word", refusal("Token expired.", to("https://tenant.example/accounts/exp/unlock")), refusal("Token expired.")),
		legal("a name of four letters elsewhere", refusal("Token expired.", to("https://tenant.example/accounts/name/unlock"))),
		wrong("a name of four letters", "401-same-answer", "/error", "a text that does not name the account", `"Token expired."`,
			refusal("Token expired.", to("https://tenant.example/accounts/oken/unlock"))),
		legal("a time", refusal("Token expired at 2026-01-02T03:04:05Z."), refusal("Token expired at 2026-01-02T03:04:15.123Z.")),
		legal("an id", refusal("Token expired (ref 3fa9c2d1-77)."), refusal("Token expired (ref 9bc0)."), refusal("Token expired (ref abcd1).")),
		legal("an id that is a small number now and then", refusal("Refused, ref 5"), refusal("Refused, ref a1b2"), refusal("Refused, ref 1234")),
		legal("an id with a long tail", refusal("Refused, ref a1bcdefgh"), refusal("Refused, ref b2zz-y.x:w")),
		legal("a date", refusal("Expired on 1-Jan at 3:05"), refusal("Expired on 12-Jan at 23:59")),
		legal("a version", refusal("Expired, v1.2"), refusal("Expired, v1.10")),
		legal("a ratio", refusal("Expired, .5"), refusal("Expired, .25")),
		legal("a length in words", refusal("Expired, 9s"), refusal("Expired, 10s")),
		differs("three digits and two", "Expired, 100 bytes", "Expired, 99 bytes", "Expired, 000 bytes"),
		differs("a nine and a ten", "Expired, 9 of 0", "Expired, 10 of 0", "Expired, 0 of 0"),
		legal("a duration", refusal("Token expired by 59m58s"), refusal("Token expired by 1h0m1s")),
		legal("a count of the same length", refusal("Token expired 17 hours ago"), refusal("Token expired 18 hours ago")),
		legal("many seconds", refusal("Token expired 9999 s ago"), refusal("Token expired 10000 s ago")),
		legal("another credential", refusal("Token expired."), refusal("Token is no JWT.", credential("helpdesk"))),
		legal("another presentation", refusal("Token expired."), refusal("Not Bearer.", sentFor(fixtures.Case{Authorization: fixtures.Basic}))),
		legal("another language", refusal("Token expired."), refusal("Jeton a expir\u00e9.", asks("Accept-Language", "fr"))),
		legal("another method", refusal("Token expired."), refusal("Not for GET.", method("GET"))),
		legal("foreign traffic", right(401, says(`{"error":"a"}`)), right(401, says(`{"error":"b"}`))),
		{"the first counts", []reply{refusal("One text."), refusal("Another text."), refusal("One text."), refusal("A third text.")}, []blame{
			{"401-same-answer", "/error", `the text that other accounts and bodies get, "One text."`, `"Another text."`},
			{"401-same-answer", "/error", `the text that other accounts and bodies get, "One text."`, `"A third text."`}}},
	})
}
