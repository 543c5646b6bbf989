package strictyaml

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error is one problem of one file.
type Error struct {
	// File is the file's name as the user gave it.
	File string
	// Line is counted from 1; 0 when the problem has no place in the file.
	Line int
	// Key is the path of the key, such as "target.url"; empty when there is none.
	Key string
	// Message is one sentence: what was found, what was expected, what to do.
	Message string
	// Cause is what the operating system said, for errors.Is; mostly nil.
	Cause error
}

// Error is the sentence with its place, as in
// `conformance.yaml: line 7: target.timout: unknown key; did you mean "timeout"?`.
func (e *Error) Error() string {
	var text strings.Builder
	if e.File != "" {
		text.WriteString(e.File + ": ")
	}
	if e.Line > 0 {
		fmt.Fprintf(&text, "line %d: ", e.Line)
	}
	if e.Key != "" {
		text.WriteString(e.Key + ": ")
	}
	return text.String() + e.Message
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Cause }

// mostProblems bounds an error text that a file of nothing but mistakes would fill.
const mostProblems = 100

// Join is nil for no problems, the problem itself for one, and else all of them joined,
// one a line, in the order of their lines. Of very many it keeps the first hundred.
func Join(problems []*Error) error {
	if len(problems) == 0 {
		return nil
	}
	if len(problems) == 1 {
		return problems[0]
	}
	sorted := slices.Clone(problems)
	slices.SortStableFunc(sorted, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Key, b.Key))
	})
	var all []error
	for i, problem := range sorted {
		if i == mostProblems {
			rest := fmt.Sprintf("%d more problems", len(sorted)-i)
			all = append(all, &Error{File: problem.File, Message: rest})
			break
		}
		all = append(all, problem)
	}
	return errors.Join(all...)
}

// Path is the keys that lead to a value, from the top. An element of a list is the key
// "[0]", "[1]" and so on.
type Path []string

// longestKey bounds how much of a key an error repeats, in characters.
const longestKey = 60

// String is the path with dots, as in "target.rateLimit.per" or "steps[0].name". A key
// that is not a plain word is quoted, and a very long one cut short.
func (p Path) String() string {
	var text strings.Builder
	for i, key := range p {
		if i > 0 && !strings.HasPrefix(key, "[") {
			text.WriteByte('.')
		}
		text.WriteString(display(key))
	}
	return text.String()
}

// With is the path one key further down. It never shares memory with its siblings.
func (p Path) With(key string) Path { return append(slices.Clip(p), key) }

// element is the path of one element of the list at p.
func (p Path) element(index int) Path { return p.With("[" + strconv.Itoa(index) + "]") }

// display is a key as a problem shows it. What stands behind a colon is no part of a key but a value,
// and perhaps a secret, that a space is missing before.
func display(key string) string {
	if name, value, joined := strings.Cut(key, ":"); joined && value != "" {
		key = name + ":…"
	}
	if utf8.RuneCountInString(key) > longestKey {
		key = string([]rune(key)[:longestKey]) + "…"
	}
	strange := func(r rune) bool {
		return !unicode.IsPrint(r) || unicode.IsSpace(r) || r == '.' || r == '"'
	}
	if key == "" || strings.ContainsFunc(key, strange) {
		return strconv.Quote(key)
	}
	return key
}
