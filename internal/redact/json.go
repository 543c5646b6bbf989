package redact

import (
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonWalk walks over the scalars of a JSON text in its order. It reads broken and cut off texts
// as well, as far as they are JSON: a secret in one is a secret too.
type jsonWalk struct {
	text string
	// at is where the next token begins.
	at    int
	stack []jsonFrame
	// start and end are where the scalar stands, with its quotes.
	start, end int
}

// jsonFrame is an object or array that has begun.
type jsonFrame struct {
	object bool
	// name is the current member of an object, as it is written.
	name string
	// index is the current item of an array.
	index int
	// secret says that everything in the object or array is one.
	secret bool
}

// deepestFrame bounds the nesting that is followed.
const deepestFrame = 10_000

// looksLikeJSON tells whether a body begins as an object or an array.
func looksLikeJSON(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n\ufeff")
	return text != "" && (text[0] == '{' || text[0] == '[')
}

// next finds the next scalar; not ok at the end. Of an object or array that begins, secret says
// whether all of it is one; it is asked for what is in no such one already.
func (w *jsonWalk) next(secret func(*jsonWalk) bool) bool {
	for w.at < len(w.text) {
		switch c := w.text[w.at]; c {
		case '{', '[':
			inherited := w.inSecret() || secret(w)
			w.at++
			if len(w.stack) < deepestFrame {
				w.stack = append(w.stack, jsonFrame{object: c == '{', secret: inherited})
			}
		case '}', ']':
			w.at++
			if len(w.stack) > 0 {
				w.stack = w.stack[:len(w.stack)-1]
			}
		case ',':
			w.at++
			if top := w.top(); top != nil {
				top.index++
				top.name = ""
			}
		case ' ', '\t', '\r', '\n', ':':
			w.at++
		case '"':
			w.start, w.end = w.at, stringEnd(w.text, w.at)
			w.at = w.end
			if !w.isName() {
				return true
			}
		default:
			w.start = w.at
			for w.at++; w.at < len(w.text) && !strings.ContainsRune(" \t\r\n,]}\"", rune(w.text[w.at])); {
				w.at++
			}
			w.end = w.at
			return true
		}
	}
	return false
}

// isName tells whether the string is the name of a member, and keeps it.
func (w *jsonWalk) isName() bool {
	top := w.top()
	if top == nil || !top.object {
		return false
	}
	after := w.at
	for after < len(w.text) && strings.IndexByte(" \t\r\n", w.text[after]) >= 0 {
		after++
	}
	if after == len(w.text) || w.text[after] != ':' {
		return false
	}
	top.name = w.string()
	w.at = after + 1
	return true
}

func (w *jsonWalk) top() *jsonFrame {
	if len(w.stack) == 0 {
		return nil
	}
	return &w.stack[len(w.stack)-1]
}

func (w *jsonWalk) inSecret() bool { return len(w.stack) > 0 && w.stack[len(w.stack)-1].secret }

// name is the member that the value belongs to, empty for an item of an array.
func (w *jsonWalk) name() string {
	if top := w.top(); top != nil && top.object {
		return top.name
	}
	return ""
}

// isString tells whether the scalar is a string.
func (w *jsonWalk) isString() bool { return w.text[w.start] == '"' }

// string is the value of the string, or the literal.
func (w *jsonWalk) string() string {
	written := w.text[w.start:w.end]
	if !w.isString() {
		return written
	}
	if !strings.Contains(written, `\`) {
		return strings.TrimSuffix(written[1:], `"`)
	}
	// What is broken is decoded as far as it can be.
	plain, _ := jsontext.AppendUnquote(nil, written)
	return string(plain)
}

// pointer is the place of the value as a JSON Pointer (RFC 6901).
func (w *jsonWalk) pointer() string {
	var pointer jsontext.Pointer
	for _, frame := range w.stack {
		if frame.object {
			pointer = pointer.AppendToken(frame.name)
		} else {
			pointer = pointer.AppendToken(strconv.Itoa(frame.index))
		}
	}
	return string(pointer)
}

// stringEnd is the place after the closing quote of the string that begins at start, or the end
// of the text where there is none.
func stringEnd(text string, start int) int {
	for at := start + 1; at < len(text); {
		i := strings.IndexAny(text[at:], `"\`)
		switch {
		case i < 0:
			return len(text)
		case text[at+i] == '"':
			return at + i + 1
		}
		at += i + 2
	}
	return len(text)
}
