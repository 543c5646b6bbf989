package report

import (
	"bytes"
	"errors"
	"net/http"
	"net/textproto"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"conformance/internal/exchange"
)

// The places of a result that are not a JSON Pointer into the body.
const (
	placeStatus     = "status"
	placeConnection = "connection"
	placeBody       = "body"
	placeHeader     = "header " // a name follows
)

// span is a part of a text, in bytes. An empty one marks nothing.
type span struct{ start, end int }

func (s span) empty() bool { return s.end <= s.start }

// locate finds the value that a JSON Pointer (RFC 6901) names in a body, the last one where a member
// is given twice. Where there is no such value, it is the beginning of the nearest one around the
// place: the bracket that the value should stand in. A body that is not JSON up to the place has an
// empty span.
func locate(body []byte, pointer string) span {
	decoder := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var value span
	nearest := -1 // the length of the pointer to value
	for {
		before := int(decoder.InputOffset())
		token, err := decoder.ReadToken()
		if err != nil {
			return value
		}
		if kind := token.Kind(); kind == '}' || kind == ']' || isName(decoder) {
			continue
		}
		here, end := string(decoder.StackPointer()), int(decoder.InputOffset())
		start := before + leading(body[before:end])
		switch {
		case here == pointer:
			value, nearest = span{start, valueEnd(body, start, end)}, len(here)
		case len(here) > nearest && strings.HasPrefix(pointer, here+"/"):
			value, nearest = span{start, end}, len(here)
		}
	}
}

// isName says whether the token just read is a member's name.
func isName(decoder *jsontext.Decoder) bool {
	kind, length := decoder.StackIndex(decoder.StackDepth())
	return kind == '{' && length%2 == 1
}

// leading counts the bytes before a token: white space, a comma, a colon.
func leading(text []byte) int { return len(text) - len(bytes.TrimLeft(text, " \t\r\n,:")) }

// valueEnd is the end of the value that begins at start, of which the first token ends at end.
func valueEnd(body []byte, start, end int) int {
	if body[start] != '{' && body[start] != '[' {
		return end
	}
	decoder := jsontext.NewDecoder(bytes.NewReader(body[start:]), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	value, err := decoder.ReadValue()
	if err != nil {
		return end
	}
	return start + len(value)
}

// markedBody is the beginning of a body, or the part of it around an offending place, and where
// in that text the place is.
func markedBody(body []byte, pointer string) (string, span) {
	var place span
	switch {
	case pointer == placeBody:
		place = syntaxPlace(body)
	case strings.HasPrefix(pointer, "/"):
		place = locate(body, pointer)
	}
	text := excerpt(string(body))
	if place.empty() {
		return text, span{}
	}
	if place.end <= min(len(text), excerptBytes) && strings.HasPrefix(string(body), text[:place.end]) {
		return text, place
	}
	from := max(0, place.start-excerptBytes/3)
	text = "..." + excerpt(string(body[from:]))
	place = span{place.start - from + 3, min(place.end-from+3, len(text))}
	return text, place
}

// syntaxPlace is the character at which a body stops to be one JSON value; empty where it is one.
func syntaxPlace(body []byte) span {
	decoder := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowDuplicateNames(true))
	_, err := decoder.ReadValue()
	var syntax *jsontext.SyntacticError
	at := int(decoder.InputOffset())
	switch {
	case err == nil:
		at += len(body[at:]) - len(bytes.TrimLeft(body[at:], " \t\r\n"))
	case errors.As(err, &syntax):
		at = int(syntax.ByteOffset)
	}
	if at >= len(body) {
		return span{}
	}
	_, size := utf8.DecodeRune(body[at:])
	return span{at, at + size}
}

// headerLines are the lines of a header that a result is about, and where the values are.
func headerLines(response exchange.Response, pointer string) (string, span) {
	name, is := strings.CutPrefix(pointer, placeHeader)
	if !is {
		return "", span{}
	}
	values := http.Header(response.Header).Values(name)
	if len(values) == 0 {
		text := "(no " + name + ")"
		return text, span{0, len(text)}
	}
	first := textproto.CanonicalMIMEHeaderKey(name) + ": "
	lines := make([]string, len(values))
	for i, value := range values {
		lines[i] = first + excerpt(value)
	}
	return strings.Join(lines, "\n"), span{len(first), len(first) + max(1, len(excerpt(values[0])))}
}
