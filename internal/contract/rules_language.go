package contract

import (
	"strings"
	"unicode"
)

// languageRules look at what an error envelope says of its languages.
var languageRules = []Rule{
	{"any-locale-request", asksFor(originRequest), checkLocaleRequest},
	{"any-locale-default", hasOrigin(originDefault), checkLocaleDefault},
	{"any-locale-language", hasAnyNotice, checkLocaleLanguage},
}

// The two values of localeOrigin that the page gives a meaning to. Any other is allowed:
// "Additional values may be added in the future without notice."
const (
	originDefault = "DEFAULT"
	originRequest = "REQUEST"
)

// originating lists the messages and causes whose localeOrigin has a value.
func (a *Answer) originating(origin string) []notice {
	var all []notice
	for _, n := range a.allNotices() {
		if n.members["localeOrigin"] == origin {
			all = append(all, n)
		}
	}
	return all
}

// locale is the notice's locale; empty when there is none or it is no tag.
func (n notice) locale() string {
	locale, _ := n.members["locale"].(string)
	if tagProblem(locale) != "" {
		return ""
	}
	return locale
}

func hasOrigin(origin string) func(*Answer) bool {
	return func(a *Answer) bool { return len(a.originating(origin)) > 0 }
}

// asksFor is hasOrigin for requests whose languages are known.
func asksFor(origin string) func(*Answer) bool {
	return func(a *Answer) bool { return !a.isProvisional() && hasOrigin(origin)(a) }
}

// isProvisional says whether the request is one that a browser was about to send, as its debugging
// protocol shows it: without Accept-Encoding, Accept-Language and cookies, which each browser adds
// on the way.
func (a *Answer) isProvisional() bool {
	sent := a.Exchange.Request.Header
	return a.Case == nil && strings.HasPrefix(sent.Get("User-Agent"), "Mozilla/") &&
		sent.Get("Accept-Encoding") == "" && sent.Get("Accept-Language") == ""
}

func hasAnyNotice(a *Answer) bool { return len(a.allNotices()) > 0 }

func checkLocaleRequest(a *Answer, _ *memory) []Violation {
	asked := strings.Join(a.Exchange.Request.Header.Values("Accept-Language"), ", ")
	ranges := parseAcceptLanguage(asked)
	var violations []Violation
	for _, n := range a.originating(originRequest) {
		switch {
		case asked == "":
			violations = append(violations, Violation{n.pointer + "/localeOrigin",
				"DEFAULT, since the request has no Accept-Language", quoted(originRequest)})
		case n.locale() != "" && !ranges.ask(n.locale()):
			violations = append(violations, Violation{n.pointer + "/locale",
				"a language that Accept-Language " + quoted(asked) + " asks for, or DEFAULT as its origin",
				quoted(n.locale())})
		}
	}
	return violations
}

// checkLocaleDefault compares languages, not tags: one part of a system may say en and another
// en-US and mean the same default.
func checkLocaleDefault(a *Answer, m *memory) []Violation {
	var violations []Violation
	for _, n := range a.originating(originDefault) {
		if n.locale() == "" {
			continue
		}
		if m.defaultLocale == "" {
			m.defaultLocale = n.locale()
		}
		if !sameLanguage(m.defaultLocale, n.locale()) {
			violations = append(violations, Violation{n.pointer + "/locale",
				"the system's default locale, " + quoted(m.defaultLocale) + " in earlier answers", quoted(n.locale())})
		}
	}
	return violations
}

func checkLocaleLanguage(a *Answer, m *memory) []Violation {
	var violations []Violation
	for _, n := range a.allNotices() {
		text, _ := n.members["text"].(string)
		if n.locale() == "" || !isSentence(text) {
			continue
		}
		key := digestOf(text)
		first, seen := m.languages[key]
		if !seen {
			remember(m, m.languages, key, n.locale())
			continue
		}
		if !sameLanguage(first, n.locale()) {
			violations = append(violations, Violation{n.pointer + "/text",
				"a text in " + quoted(n.locale()), quoted(text) + ", which was called " + quoted(first) + " before"})
		}
	}
	return violations
}

// maxRememberedText bounds, in bytes, the texts that are kept for comparison.
const maxRememberedText = 4096

// isSentence says whether a text is in one language and no other. A word or two may well be
// the same in several: "Error" is English and Spanish.
func isSentence(text string) bool {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	return len(words) >= 3 && len(text) <= maxRememberedText
}

// withTags adds to the schema's problems with a locale those that a schema cannot see.
func withTags(list string, next check) check {
	return func(a *Answer, m *memory) []Violation {
		violations := next(a, m)
		for _, n := range a.notices(list) {
			locale, is := n.members["locale"].(string)
			if problem := tagProblem(locale); is && problem != "" {
				violations = append(violations, Violation{n.pointer + "/locale", "a BCP 47 language tag, or null", problem})
			}
		}
		return violations
	}
}
