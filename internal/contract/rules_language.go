package contract

import (
	"errors"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/language"
)

// languageRules look at what an error envelope says of its languages.
var languageRules = []Rule{
	{"any-locale-request", hasOrigin(originRequest), checkLocaleRequest},
	{"any-locale-default", hasOrigin(originDefault), checkLocaleDefault},
	{"any-locale-language", isErrorObject, checkLocaleLanguage},
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

func checkLocaleRequest(a *Answer, _ *memory) []Violation {
	asked := a.Exchange.Request.Header.Values("Accept-Language")
	var violations []Violation
	for _, n := range a.originating(originRequest) {
		switch {
		case len(asked) == 0:
			violations = append(violations, Violation{n.pointer + "/localeOrigin",
				"DEFAULT, since the request has no Accept-Language", quoted(originRequest)})
		case n.locale() != "" && !asksFor(strings.Join(asked, ", "), n.locale()):
			violations = append(violations, Violation{n.pointer + "/locale",
				"a language that Accept-Language " + quoted(strings.Join(asked, ", ")) + " asks for, or DEFAULT as its origin",
				quoted(n.locale())})
		}
	}
	return violations
}

// asksFor says whether an Accept-Language header asks for a locale, or for one that it can
// stand in for, such as fr for fr-CA (RFC 4647).
func asksFor(header, locale string) bool {
	asked, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return false
	}
	offered := language.Make(locale)
	offeredBase, _ := offered.Base()
	for _, tag := range asked {
		if base, _ := tag.Base(); base == offeredBase || tag == language.Make("mul") {
			return true
		}
	}
	if len(asked) == 0 {
		return false
	}
	_, _, confidence := language.NewMatcher([]language.Tag{offered}).Match(asked...)
	return confidence > language.No
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
		if n.locale() == "" || !hasLetters(text) || len(text) > maxRememberedText {
			continue
		}
		first, seen := m.languages[text]
		if !seen {
			m.languages[text] = n.locale()
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

func hasLetters(text string) bool { return strings.IndexFunc(text, unicode.IsLetter) >= 0 }

func sameLanguage(one, other string) bool {
	oneBase, _ := language.Make(one).Base()
	otherBase, _ := language.Make(other).Base()
	return oneBase == otherBase
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

var (
	tagCharacters = regexp.MustCompile(`^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$`)
	// The registry has no language of four to eight letters (RFC 5646 section 2.2.1); the
	// irregular tags begin with i-, and private ones with x-.
	primarySubtag = regexp.MustCompile(`^(?:[A-Za-z]{2,3}|[iIxX]-.*)(?:-|$)`)
)

// tagProblem says why a text is no BCP 47 language tag; empty when it is one. A region or
// variant that the registry does not know is let pass: registries grow.
func tagProblem(tag string) string {
	if !tagCharacters.MatchString(tag) || !primarySubtag.MatchString(tag) {
		return quoted(tag)
	}
	_, err := language.Parse(tag)
	var unknown language.ValueError
	if errors.As(err, &unknown) {
		primary, _, _ := strings.Cut(tag, "-")
		if strings.EqualFold(unknown.Subtag(), primary) {
			return quoted(tag) + ", whose language no registry knows"
		}
		return ""
	}
	if err != nil {
		return quoted(tag)
	}
	return ""
}
