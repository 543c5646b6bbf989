package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// document is a body read as JSON, with everything that is wrong in its spelling.
type document struct {
	// parsed says that value is the body's first JSON value.
	parsed bool
	value  any
	// syntax says why the body is not exactly one JSON value; empty when it is.
	syntax string
	// encoding says why the body is not UTF-8 without a byte order mark; empty when it is.
	encoding string
	// repeated lists the pointers of members whose name stands twice in one object.
	repeated []string
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// parse reads a body. The strict scan says what is wrong in its spelling; the value is read
// leniently, so that one wrong byte does not hide what else is wrong.
func parse(body []byte) document {
	var d document
	text, marked := bytes.CutPrefix(body, byteOrderMark)
	switch {
	case marked:
		d.encoding = "a byte order mark before the text"
	case !utf8.Valid(text):
		d.encoding = fmt.Sprintf("an invalid byte at offset %d", invalidAt(text))
	}
	if len(bytes.TrimLeft(text, " \t\r\n")) == 0 {
		d.syntax = "an empty body"
		return d
	}
	d.repeated, d.syntax = scan(text)
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	d.parsed = decoder.Decode(&d.value) == nil
	return d
}

// scan walks the body's tokens. It returns the members that are repeated, and what keeps the
// body from being one JSON value.
func scan(text []byte) (repeated []string, syntax string) {
	decoder := jsontext.NewDecoder(bytes.NewReader(text),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var open []map[string]bool
	for {
		if decoder.StackDepth() == 0 && decoder.InputOffset() > 0 {
			rest := text[decoder.InputOffset():]
			if behind := bytes.TrimLeft(rest, " \t\r\n"); len(behind) > 0 {
				return repeated, "more behind the value: " + quoted(string(behind))
			}
			return repeated, ""
		}
		kind := decoder.PeekKind()
		token, err := decoder.ReadToken()
		if err != nil {
			return repeated, syntaxError(err)
		}
		switch kind {
		case '{', '[':
			open = append(open, map[string]bool{})
		case '}', ']':
			open = open[:len(open)-1]
		case '"':
			// A name leaves the pointer of its own member, its value the same; only a name
			// makes the count of an object's tokens odd.
			if parent, count := decoder.StackIndex(decoder.StackDepth()); parent == '{' && count%2 == 1 {
				names := open[len(open)-1]
				if name := token.String(); names[name] {
					repeated = append(repeated, string(decoder.StackPointer()))
				} else {
					names[name] = true
				}
			}
		}
	}
}

func syntaxError(err error) string {
	var wrong *jsontext.SyntacticError
	if errors.As(err, &wrong) {
		if errors.Is(wrong.Err, io.ErrUnexpectedEOF) {
			return fmt.Sprintf("a text that breaks off at offset %d", wrong.ByteOffset)
		}
		return fmt.Sprintf("%v at offset %d", wrong.Err, wrong.ByteOffset)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "a text that breaks off"
	}
	return err.Error()
}

// invalidAt is the offset of the first byte that is not UTF-8.
func invalidAt(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(text)
}
