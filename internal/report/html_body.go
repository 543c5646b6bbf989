package report

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"conformance/internal/page"
)

const (
	// noPlace marks nothing.
	noPlace = ""
	// bodyBytes is how much of a body a page shows.
	bodyBytes = 16 << 10
	// indentedBytes is how long a body may become by being laid out, and bodyDepth how deep it may
	// be nested: a line is as long as it is deep.
	indentedBytes = 4 * bodyBytes
	bodyDepth     = 64
)

// bodyPieces are a body below an empty line. JSON is indented; anything else, and what is too large,
// is shown as it came. Marked is the value at a JSON Pointer or, where that is missing, the bracket
// that it should stand in; at "body" the character where it stops being JSON, or all of it.
func bodyPieces(body []byte, place string) []page.Piece {
	switch {
	case len(body) == 0 && place == placeBody:
		return []page.Piece{{Text: "\n"}, {Text: "(no body)", Marked: true}}
	case len(body) == 0:
		return nil
	}
	pieces := []page.Piece{{Text: "\n"}}
	text, isJSON := indented(body)
	if !isJSON {
		text = shortened(body)
	}
	at := span{}
	switch {
	case place == placeBody && !isJSON && len(body) <= bodyBytes:
		at = syntaxPlace(body)
	case isJSON && strings.HasPrefix(place, "/"):
		at = locate([]byte(text), place)
	}
	if place == placeBody && at.empty() {
		at = span{0, len(text)}
	}
	return append(pieces,
		page.Piece{Text: visible(text[:at.start])},
		page.Piece{Text: visible(text[at.start:at.end]), Marked: !at.empty()},
		page.Piece{Text: visible(text[at.end:])})
}

// indented is a body laid out, if it is one JSON value of a reasonable size and depth.
func indented(body []byte) (string, bool) {
	if len(body) > bodyBytes || depth(body) > bodyDepth {
		return "", false
	}
	text, err := jsontext.AppendFormat(nil, body, jsontext.WithIndent("  "),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true), jsontext.PreserveRawStrings(true))
	return string(text), err == nil && len(text) <= indentedBytes
}

// depth bounds how deep a JSON text is nested: brackets in strings count too.
func depth(text []byte) int {
	open, deepest := 0, 0
	for _, b := range text {
		switch b {
		case '{', '[':
			open++
			deepest = max(deepest, open)
		case '}', ']':
			open--
		}
	}
	return deepest
}

// shortened is the beginning of a text that is too long for a page.
func shortened(text []byte) string {
	if len(text) <= bodyBytes {
		return string(text)
	}
	return fmt.Sprintf("%s... (%d bytes in all)", text[:bodyBytes], len(text))
}

// visible makes a foreign text printable, line by line.
func visible(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = printable(line)
	}
	return strings.Join(lines, "\n")
}
