package contract

import (
	"strconv"
	"strings"
	"unicode"
)

// Violation is one way in which an answer breaks a requirement.
type Violation struct {
	// Where is the place: a JSON Pointer into the body (RFC 6901; the whole body is "body"),
	// "header NAME", "status" or "connection".
	Where string
	// Expected and Seen are short phrases. Seen is cut, and free of control characters.
	Expected string
	Seen     string
}

// AnyElement is the place of a violation with a * for each index of a list, so that the same in
// several elements is one.
func AnyElement(where string) string {
	if !strings.HasPrefix(where, "/") {
		return where
	}
	steps := strings.Split(where, "/")
	for i, step := range steps {
		if step != "" && strings.Trim(step, "0123456789") == "" {
			steps[i] = "*"
		}
	}
	return strings.Join(steps, "/")
}

// State says what a rule could tell of a requirement.
type State int

// What a rule can tell. Doubtful is for an answer that the page leaves room for, but a
// standard does not.
const (
	Holds State = iota
	Broken
	Doubtful
	Unjudged
)

// Finding is what one rule found in one answer.
type Finding struct {
	Requirement string
	State       State
	// Why is one sentence: why the requirement could not be judged, or what is doubtful.
	Why        string
	Violations []Violation
}

// The places that are not in a body.
const (
	whereStatus     = "status"
	whereConnection = "connection"
	whereBody       = "body"
)

func whereHeader(name string) string { return "header " + name }

// seenLimit is how many characters of a foreign text a violation repeats.
const seenLimit = 80

// quoted repeats a foreign text in a violation: cut to seenLimit, control characters escaped.
func quoted(text string) string {
	characters := 0
	for at := range text {
		if characters == seenLimit {
			return strconv.Quote(text[:at]) + "..."
		}
		characters++
	}
	return strconv.Quote(text)
}

// blank says whether a text has no visible character.
func blank(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !unicode.IsSpace(r) }) < 0
}
