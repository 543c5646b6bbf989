package session

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// unquote reads a scalar in one of the four styles in which this package writes them. It
// reports false for any other spelling, valid YAML or not.
func unquote(scalar string, into *string) bool {
	switch {
	case isPlain(scalar):
		*into = scalar
		return true
	case len(scalar) >= 2 && scalar[0] == '\'' && scalar[len(scalar)-1] == '\'':
		return unquoteSingle(scalar[1:len(scalar)-1], into)
	case len(scalar) >= 2 && scalar[0] == '"' && scalar[len(scalar)-1] == '"':
		return unquoteDouble(scalar[1:len(scalar)-1], into)
	case strings.HasPrefix(scalar, binaryTag):
		return decodeBinary(scalar[len(binaryTag):], into)
	}
	return false
}

func unquoteSingle(inner string, into *string) bool {
	if !isPrintableASCII(inner) {
		return false
	}
	if strings.IndexByte(inner, '\'') < 0 {
		*into = inner
		return true
	}
	text := strings.ReplaceAll(inner, "''", "'")
	*into = text
	// Each quote must be doubled: then undoing the replacement gives the same text.
	return strings.ReplaceAll(text, "'", "''") == inner
}

func unquoteDouble(inner string, into *string) bool {
	var text strings.Builder
	text.Grow(len(inner))
	for inner != "" {
		if inner[0] == '\\' {
			r, size := unescape(inner)
			if size == 0 {
				return false
			}
			text.WriteRune(r)
			inner = inner[size:]
			continue
		}
		r, size := utf8.DecodeRuneInString(inner)
		if r == '"' || r == utf8.RuneError && size == 1 || !unicode.IsPrint(r) {
			return false
		}
		text.WriteString(inner[:size])
		inner = inner[size:]
	}
	*into = text.String()
	return true
}

// unescape reads the escape that the text begins with, and its length in bytes; 0 when it
// is none of those that appendEscaped writes.
func unescape(text string) (r rune, size int) {
	if len(text) < 2 {
		return 0, 0
	}
	digits := 0
	switch text[1] {
	case '"', '\\':
		return rune(text[1]), 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	}
	size = 2 + digits
	if digits == 0 || len(text) < size {
		return 0, 0
	}
	value, err := strconv.ParseUint(text[2:size], 16, 32)
	if err != nil || value > unicode.MaxRune || !utf8.ValidRune(rune(value)) {
		return 0, 0
	}
	return rune(value), size
}

func decodeBinary(encoded string, into *string) bool {
	// The decoder passes over line breaks; YAML gives a carriage return a meaning.
	if encoded == "" || strings.Contains(encoded, "\r") {
		return false
	}
	decoded, err := base64.StdEncoding.Strict().DecodeString(encoded)
	*into = string(decoded)
	return err == nil
}
