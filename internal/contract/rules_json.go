package contract

import (
	"slices"
	"strings"
)

// jsonRules look at a body's spelling.
var jsonRules = []Rule{
	{"any-json", hasReadableBody, checkJSON},
	{"any-json-utf8", hasReadableBody, checkUTF8},
	{"any-members-once", hasDocument, checkMembersOnce},
	{"any-unique-names", hasDocument, checkUniqueNames},
}

// hasReadableBody: a body that cannot be decoded is held against its coding, and nothing else.
func hasReadableBody(a *Answer) bool { return a.documented() && a.codingError == nil }

func hasDocument(a *Answer) bool { return hasReadableBody(a) && a.document.parsed }

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

// documentedMembers are the members that the page names, in any envelope.
var documentedMembers = []string{
	"id", "detailCode", "trackingId", "messages", "causes", "locale", "localeOrigin", "text", "error", "message",
}

func checkMembersOnce(a *Answer, _ *memory) []Violation { return a.repeatedMembers(true) }

func checkUniqueNames(a *Answer, _ *memory) []Violation { return a.repeatedMembers(false) }

func (a *Answer) repeatedMembers(documented bool) []Violation {
	var violations []Violation
	for _, pointer := range a.document.repeated {
		name := pointer[strings.LastIndexByte(pointer, '/')+1:]
		if slices.Contains(documentedMembers, name) == documented {
			violations = append(violations, Violation{cutPointer(pointer), "a member given once", "the member given again"})
		}
	}
	return violations
}

// cutPointer bounds a pointer whose member names are foreign.
func cutPointer(pointer string) string {
	const limit = 200
	if len(pointer) <= limit {
		return pointer
	}
	return strings.ToValidUTF8(pointer[:limit], "") + "..."
}
