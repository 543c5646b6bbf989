package contract

import (
	"conformance/fixtures"
	"strings"
	"testing"
)

// spoken is an error in a language, with a tracking id of its own.
func spoken(id, locale, origin, text string, changes ...change) reply {
	changes = append([]change{
		swaps(`,"causes":[`+causeJSON+`]`, ``), swaps(`tracking-1`, `tracking-`+id), swaps(`"en-US"`, locale),
		swaps(`"DEFAULT"`, origin), swaps(`The request cannot be served.`, text),
	}, changes...)
	return right(400, changes...)
}

func TestLocaleRules(t *testing.T) {
	tags := func(locale string) []reply {
		return []reply{
			right(400, swaps(`,"causes":[`+causeJSON+`]`, ``), swaps(`"en-US"`, locale)),
			right(400, swaps(`tracking-1`, `2`), swaps(messageJSON, strings.Replace(messageJSON, `"en-US","localeOrigin":"DEFAULT"`, `null,"localeOrigin":null`, 1)), swaps(`"en-US"`, locale)),
		}
	}
	var tests []ruleTest
	for _, tag := range legalTags {
		tests = append(tests, legal(tag, tags(`"`+tag+`"`)...))
	}
	for tag, seen := range illegalTags {
		const expected = "a BCP 47 language tag, or null"
		tests = append(tests, ruleTest{tag, tags(`"` + tag + `"`), []blame{
			{"any-message-locale", "/messages/0/locale", expected, seen}, {"any-cause-locale", "/causes/0/locale", expected, seen}}})
	}
	tests = append(tests, ruleTest{"the second message", []reply{right(404, swaps(messageJSON, messageJSON+`,`+strings.Replace(messageJSON, "en-US", "en_US", 1)))},
		[]blame{{"any-message-locale", "/messages/1/locale", "a BCP 47 language tag, or null", `"en_US"`}}})
	runRuleTests(t, tests)
}

func TestLocaleRequestRule(t *testing.T) {
	const text = "La demande ne peut aboutir."
	fine := func(locale string, header ...string) ruleTest {
		return legal(locale+" for "+strings.Join(header, " and "), spoken("1", locale, `"REQUEST"`, text, asks("Accept-Language", header...)))
	}
	unasked := func(locale string, header ...string) ruleTest {
		asked := strings.Join(header, ", ")
		return wrong(locale+" for "+asked, "any-locale-request", "/messages/0/locale",
			"a language that Accept-Language "+quoted(asked)+" asks for, or DEFAULT as its origin", locale,
			spoken("1", locale, `"REQUEST"`, text, asks("Accept-Language", header...)))
	}
	const expected = "DEFAULT, since the request has no Accept-Language"
	runRuleTests(t, []ruleTest{
		fine(`"fr"`, "fr"), fine(`"fr-FR"`, "fr-CA"), fine(`"FR"`, "fr-fr"), fine(`"fr"`, "de", "fr;q=0.1"),
		fine(`null`, "de"), fine(`"en"`, "*"),
		unasked(`"en"`, "fr"), unasked(`"en"`, "fr;q=0"), unasked(`"fr"`, "de", "es"),
		wrong("not asked", "any-locale-request", "/messages/0/localeOrigin", expected, `"REQUEST"`, spoken("1", `"fr"`, `"REQUEST"`, text)),
		wrong("not asked, no locale", "any-locale-request", "/messages/0/localeOrigin", expected, `"REQUEST"`, spoken("1", `null`, `"REQUEST"`, text)),
		wrong("an empty header", "any-locale-request", "/messages/0/localeOrigin", expected, `"REQUEST"`,
			spoken("1", `"fr"`, `"REQUEST"`, text, asks("Accept-Language", ""))),
		legal("not known what a browser asked", spoken("1", `"fr"`, `"REQUEST"`, text, asks("User-Agent", "Mozilla/5.0"))),
		wrong("not asked by a browser", "any-locale-request", "/messages/0/localeOrigin", expected, `"REQUEST"`,
			spoken("1", `"fr"`, `"REQUEST"`, text, asks("User-Agent", "Mozilla/5.0"), asks("Accept-Encoding", "gzip"))),
		wrong("not asked by a program", "any-locale-request", "/messages/0/localeOrigin", expected, `"REQUEST"`,
			spoken("1", `"fr"`, `"REQUEST"`, text, asks("User-Agent", "curl/8 Mozilla/5.0"))),
		wrong("not asked in a case, whoever it names", "any-locale-request", "/messages/0/localeOrigin", expected, `"REQUEST"`,
			spoken("1", `"fr"`, `"REQUEST"`, text, asks("User-Agent", "Mozilla/5.0"), sentFor(fixtures.Case{}))),
		wrong("asked by a browser for another", "any-locale-request", "/messages/0/locale",
			`a language that Accept-Language "de" asks for, or DEFAULT as its origin`, `"fr"`,
			spoken("1", `"fr"`, `"REQUEST"`, text, asks("User-Agent", "Mozilla/5.0"), asks("Accept-Language", "de"))),
		wrong("in a cause", "any-locale-request", "/causes/0/localeOrigin", expected, `"REQUEST"`,
			right(400, swaps(causeJSON, strings.Replace(causeJSON, "DEFAULT", "REQUEST", 1)))),
		legal("another origin for what was not asked", spoken("1", `"fr"`, `"TENANT"`, text), spoken("2", `"fr"`, `"request"`, text)),
		legal("the default, whatever was asked", spoken("1", `"en"`, `"DEFAULT"`, "No.", asks("Accept-Language", "fr"))),
	})
}

func TestLocaleDefaultRule(t *testing.T) {
	const expected = `the system's default locale, "en-US" in earlier answers`
	runRuleTests(t, []ruleTest{
		legal("one language", spoken("1", `"en"`, `"DEFAULT"`, "No."), spoken("2", `"en-GB"`, `"DEFAULT"`, "Nope."), spoken("3", `null`, `"DEFAULT"`, "Nay.")),
		legal("one language under two names", spoken("1", `"no"`, `"DEFAULT"`, "Nei."), spoken("2", `"nb-NO"`, `"DEFAULT"`, "Nei da.")),
		legal("other origins", right(400), spoken("2", `"de"`, `"TENANT"`, "Nein."), spoken("3", `"de"`, `null`, "Nein."),
			spoken("4", `"de"`, `"REQUEST"`, "Nein.", asks("Accept-Language", "de"))),
		wrong("two languages", "any-locale-default", "/messages/0/locale", expected, `"de"`, right(400), spoken("2", `"de"`, `"DEFAULT"`, "Nein.")),
		wrong("two languages in one answer", "any-locale-default", "/causes/0/locale", expected, `"fr"`,
			right(400, swaps(causeJSON, `{"locale":"fr","localeOrigin":"DEFAULT","text":"Non."}`))),
		{"the first counts", []reply{right(400), spoken("2", `"de"`, `"DEFAULT"`, "Nein."), spoken("3", `"de"`, `"DEFAULT"`, "Nein."), spoken("4", `"en"`, `"DEFAULT"`, "No.")}, []blame{
			{"any-locale-default", "/messages/0/locale", expected, `"de"`}, {"any-locale-default", "/messages/0/locale", expected, `"de"`}}},
		{"a broken tag is not the default", []reply{spoken("1", `"fr"`, `"DEFAULT"`, "Non."), spoken("2", `"fr_FR"`, `"DEFAULT"`, "Non."), spoken("3", `"fr-CA"`, `"DEFAULT"`, "Non.")}, []blame{
			{"any-message-locale", "/messages/0/locale", "a BCP 47 language tag, or null", `"fr_FR"`}}},
		{"a broken tag is no default", []reply{spoken("1", `"de_DE"`, `"DEFAULT"`, "Nein."), right(404, swaps(`tracking-1`, `2`))}, []blame{
			{"any-message-locale", "/messages/0/locale", "a BCP 47 language tag, or null", `"de_DE"`}}},
	})
}

func TestLocaleLanguageRule(t *testing.T) {
	const sentence = "There is no such account."
	tagged := func(id, locale, text string) reply { return spoken(id, locale, `"SUPPORTED"`, text) }
	long := strings.Repeat("too long to remember ", 200)[:4096]
	runRuleTests(t, []ruleTest{
		legal("one text in one language", tagged("1", `"en"`, sentence), tagged("2", `"en-GB"`, sentence), tagged("3", `null`, sentence)),
		legal("two texts", tagged("1", `"en"`, sentence), tagged("2", `"fr"`, "Ce compte n'existe pas.")),
		legal("words that two languages share", tagged("1", `"en"`, "Error: token-id 5"[:12]), tagged("2", `"es"`, "Error: token-id 5"[:12])),
		legal("no words", tagged("1", `"en"`, "404 17 3 2"), tagged("2", `"fr"`, "404 17 3 2")),
		wrong("one text in two languages", "any-locale-language", "/messages/0/text", `a text in "fr"`,
			`"There is no such account.", which was called "en" before`, tagged("1", `"en"`, sentence), tagged("2", `"fr"`, sentence)),
		wrong("three words", "any-locale-language", "/messages/0/text", `a text in "fr"`,
			`"no such account", which was called "en" before`, tagged("1", `"en"`, "no such account"), tagged("2", `"fr"`, "no such account")),
		wrong("in a message and its cause", "any-locale-language", "/causes/0/text", `a text in "de"`,
			`"The request cannot be served.", which was called "en-US" before`,
			right(400, swaps(causeJSON, `{"locale":"de","localeOrigin":null,"text":"The request cannot be served."}`))),
		wrong("the longest text that is remembered", "any-locale-language", "/messages/0/text", `a text in "fr"`,
			quoted(long)+`, which was called "en" before`, tagged("1", `"en"`, long), tagged("2", `"fr"`, long)),
		legal("a text that is too long to remember", tagged("1", `"en"`, long+"!"), tagged("2", `"fr"`, long+"!")),
		legal("a text that is no text", right(400, swaps(`"The request cannot be served."`, `"Not this one."`))),
		{"a broken tag is no language", []reply{tagged("1", `"en_US"`, sentence), tagged("2", `"fr"`, sentence)}, []blame{
			{"any-message-locale", "/messages/0/locale", "a BCP 47 language tag, or null", `"en_US"`}}},
	})
}
