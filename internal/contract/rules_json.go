package contract

import (
	"strings"

	"conformance/schemas"
)

// jsonRules look at a body's spelling.
var jsonRules = []Rule{
	{"any-json", (*Answer).readable, checkJSON},
	{"any-json-utf8", (*Answer).readable, checkUTF8},
	{"any-members-once", hasDocument, checkMembersOnce},
	{"any-unique-names", hasDocument, checkUniqueNames},
}

func hasDocument(a *Answer) bool { return a.readable() && a.document.parsed }

func checkJSON(a *Answer, _ *memory) []Violation {
	if a.document.syntax == "" {
		return nil
	}
	return []Violation{{whereBody, "exactly one JSON value", a.document.syntax}}
}

func checkUTF8(a *Answer, _ *memory) []Violation {
	if a.document.encoding == "" {
		return nil
	}
	return []Violation{{whereBody, "UTF-8 without a byte order mark", a.document.encoding}}
}

// documentedMembers are the places of the members that the page names, in each envelope.
var documentedMembers = map[schemas.Name][]string{
	schemas.Task: {"/id"},
	schemas.Error: {"/detailCode", "/trackingId", "/messages", "/causes",
		"/messages/*/locale", "/messages/*/localeOrigin", "/messages/*/text",
		"/causes/*/locale", "/causes/*/localeOrigin", "/causes/*/text"},
	schemas.Unauthorized: {"/error"},
	schemas.RateLimit:    {"/message"},
}

func checkMembersOnce(a *Answer, _ *memory) []Violation { return a.repeatedMembers(true) }

func checkUniqueNames(a *Answer, _ *memory) []Violation { return a.repeatedMembers(false) }

func (a *Answer) repeatedMembers(documented bool) []Violation {
	var violations []Violation
	for _, pointer := range a.document.repeated {
		if placed(pointer, documentedMembers[a.Envelope]) == documented {
			violations = append(violations, Violation{cutPointer(pointer), "a member given once", "the member given again"})
		}
	}
	return violations
}

// pointerLimit bounds, in bytes, a pointer whose member names are foreign.
const pointerLimit = 200

func cutPointer(pointer string) string {
	if len(pointer) <= pointerLimit {
		return pointer
	}
	return strings.ToValidUTF8(pointer[:pointerLimit], "") + "..."
}
