package contract

import (
	"net/http"
	"strings"

	"conformance/schemas"
)

// unauthorizedRules look at a 401.
var unauthorizedRules = []Rule{
	{"401-error", isEnvelope(schemas.Unauthorized), problemsAt(`^/error$`)},
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

// checkSameRefusal compares the refusals of one and the same credential in one language: what
// differs then comes from the account or the body. Digits are left out, since a text may
// carry a time.
func checkSameRefusal(a *Answer, m *memory) []Violation {
	key := strings.Join([]string{a.Exchange.Credential, string(a.Case.Authorization),
		a.Exchange.Request.Header.Get("Accept-Language")}, "\n")
	text := withoutDigits(a.refusal())
	first, seen := m.refusals[key]
	if !seen {
		m.refusals[key] = text
		return nil
	}
	if first == text {
		return nil
	}
	return []Violation{{"/error", "the text that other accounts and bodies get, " + quoted(first), quoted(a.refusal())}}
}

func withoutDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, text)
}
