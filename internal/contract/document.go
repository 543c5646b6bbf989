package contract

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
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
	wide, encoding := fromUTF16(body)
	switch {
	case encoding != "":
		text, d.encoding = wide, encoding
	case marked:
		d.encoding = "a byte order mark before the text"
	case !utf8.Valid(text):
		d.encoding = fmt.Sprintf("an invalid byte at offset %d", invalidAt(text))
	}
	if len(bytes.TrimLeft(text, whiteSpace)) == 0 {
		d.syntax = "an empty body"
		return d
	}
	d.repeated, d.syntax = scan(text)
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	d.parsed = decoder.Decode(&d.value) == nil
	return d
}

// whiteSpace is JSON's (RFC 8259 section 2).
const whiteSpace = " \t\r\n"

// fromUTF16 is the text of a body in UTF-16, and which one: with a byte order mark, or, since
// JSON begins with an ASCII character, with a zero byte on one side of the first.
func fromUTF16(body []byte) (text []byte, encoding string) {
	if len(body) == 0 || len(body)%2 != 0 {
		return nil, ""
	}
	var order binary.ByteOrder
	switch first := [2]byte(body); {
	case first == [2]byte{0xfe, 0xff}, first[0] == 0:
		order, encoding = binary.BigEndian, "UTF-16, big end first"
	case first == [2]byte{0xff, 0xfe}, first[1] == 0:
		order, encoding = binary.LittleEndian, "UTF-16, little end first"
	default:
		return nil, ""
	}
	var units []uint16
	for pair := range slices.Chunk(body, 2) {
		units = append(units, order.Uint16(pair))
	}
	return []byte(strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff")), encoding
}

// maxRepeated bounds how many repeated members are reported: each costs its whole pointer.
const maxRepeated = 100

// scan walks the body's tokens. It returns the members that are repeated, each once, and what
// keeps the body from being one JSON value.
func scan(text []byte) (repeated []string, syntax string) {
	decoder := jsontext.NewDecoder(bytes.NewReader(text),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	// open counts, for each array and object that is open, the members by their names.
	var open []map[string]int
	for {
		if decoder.StackDepth() == 0 && decoder.InputOffset() > 0 {
			rest := text[decoder.InputOffset():]
			if behind := bytes.TrimLeft(rest, whiteSpace); len(behind) > 0 {
				return repeated, "more behind the value: " + quoted(string(behind))
			}
			return repeated, ""
		}
		kind := decoder.PeekKind()
		token, err := decoder.ReadToken()
		if err != nil {
			return nil, syntaxError(err)
		}
		switch kind {
		case '{', '[':
			open = append(open, map[string]int{})
		case '}', ']':
			open = open[:len(open)-1]
		case '"':
			// Only a name makes the count of an object's tokens odd.
			if parent, count := decoder.StackIndex(decoder.StackDepth()); parent == '{' && count%2 == 1 {
				names, name := open[len(open)-1], token.String()
				names[name]++
				if names[name] == 2 && len(repeated) < maxRepeated {
					repeated = append(repeated, string(decoder.StackPointer()))
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
	return err.Error()
}

// invalidAt is the offset of the first byte that is not UTF-8; that of the end where all are.
func invalidAt(text []byte) int {
	offset := 0
	for {
		r, size := utf8.DecodeRune(text[offset:])
		// A replacement character that stands in the text itself has all its bytes.
		if r == utf8.RuneError && size != len("\ufffd") {
			return offset
		}
		offset += size
	}
}
