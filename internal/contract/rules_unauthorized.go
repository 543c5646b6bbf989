package contract

import (
	"net/http"
	"regexp"
	"strings"

	"conformance/fixtures"
	"conformance/schemas"
)

// unauthorizedRules look at a 401.
var unauthorizedRules = []Rule{
	{"401-error", isEnvelope(schemas.Unauthorized), problemsAt("/error")},
	{"401-www-authenticate", isUnauthorized, checkChallenge},
	{"401-same-answer", hasRefusal, checkSameRefusal},
}

func isUnauthorized(a *Answer) bool {
	return a.complete() && a.Exchange.Response.Status == http.StatusUnauthorized
}

func checkChallenge(a *Answer, _ *memory) []Violation {
	const header = "WWW-Authenticate"
	for _, value := range a.Exchange.Response.Header.Values(header) {
		if !blank(value) {
			return nil
		}
	}
	return []Violation{{whereHeader(header), "at least one challenge, such as Bearer", "none"}}
}

// refusal is the text of a 401; empty when it has none.
func (a *Answer) refusal() string {
	if a.Envelope != schemas.Unauthorized {
		return ""
	}
	object, _ := a.object()
	text, _ := object["error"].(string)
	return text
}

func hasRefusal(a *Answer) bool { return a.Case != nil && !blank(a.refusal()) }

// refused is what a refusal may depend on.
type refused struct {
	credential    string
	authorization fixtures.Authorization
	method        string
	language      string
}

// checkSameRefusal compares the refusals of one and the same credential and method in one
// language: what differs then comes from the account or the body.
func checkSameRefusal(a *Answer, m *memory) []Violation {
	request := a.Exchange.Request
	if account := accountID(request.URL); len(account) >= shortestEcho && strings.Contains(a.refusal(), account) {
		return []Violation{{"/error", "a text that does not name the account", quoted(a.refusal())}}
	}
	key := refused{a.Exchange.Credential, a.Case.Authorization, request.Method, request.Header.Get("Accept-Language")}
	text := withoutNumbers(a.refusal())
	first, seen := m.refusals[key]
	if !seen {
		remember(m, m.refusals, key, text)
		return nil
	}
	if first == text {
		return nil
	}
	return []Violation{{"/error", "the text that other accounts and bodies get, " + quoted(first), quoted(a.refusal())}}
}

// idOrTime is a word with digits that is no small number: it may be another every time.
var idOrTime = regexp.MustCompile(`[\w.:+-]*(?:\d{4}|\d[A-Za-z:+-]|[A-Za-z.:+-]\d)[\w.:+-]*`)

var digit = regexp.MustCompile(`\d`)

// withoutNumbers leaves out of a text what may tell two requests from each other, but neither
// their accounts nor their bodies: times and ids. Of a small number the length is left, since it
// may be that of the body.
func withoutNumbers(text string) string {
	return digit.ReplaceAllString(idOrTime.ReplaceAllString(text, "0"), "0")
}
