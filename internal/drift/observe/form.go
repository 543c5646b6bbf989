package observe

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// The forms of a string that say little of it: any words can be put in their place.
const (
	Text = "text"
	Word = "word"
)

// The forms of a string without anything to read.
const (
	Empty = "empty"
	Blank = "white space"
)

// The forms of Retry-After (RFC 9110 section 10.2.3).
const (
	HTTPDate = "HTTP-date"
	Digits   = "digits"
)

// longestForm bounds, in bytes, the strings that can be anything but a text.
const longestForm = 256

// formOf says in which form a string is written: an id, a date, a language tag, a word, a text.
func formOf(text string) string {
	if text == "" {
		return Empty
	}
	if len(text) > longestForm {
		return Text
	}
	digits, hexadecimal, others, spaces := 0, 0, 0, 0
	for i := range len(text) {
		switch b := text[i]; {
		case b >= '0' && b <= '9':
			digits++
		case b >= 'a' && b <= 'f', b >= 'A' && b <= 'F':
			hexadecimal++
		case b == ' ', b == '\t', b == '\n', b == '\r':
			spaces++
		default:
			others++
		}
	}
	switch {
	case spaces == len(text):
		return Blank
	case digits == len(text):
		return Digits
	case spaces == 0 && others == 0 && len(text) >= 8 && digits > 0:
		return fmt.Sprintf("%d hexadecimal digits", len(text))
	case spaces > 0:
		if isHTTPDate(text) {
			return HTTPDate
		}
		return Text
	case digits > 0 && len(text) >= len(time.DateOnly) && text[4] == '-':
		if _, err := time.Parse(time.RFC3339, text); err == nil {
			return "date-time"
		}
		if _, err := time.Parse(time.DateOnly, text); err == nil {
			return "date"
		}
	}
	switch {
	case uuid.MatchString(text):
		return "UUID"
	case strings.Contains(text, "://"):
		return "URI"
	case isLanguageTag(text):
		return "language tag"
	}
	return Word
}

var uuid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// isLanguageTag says whether a text looks like a language tag of BCP 47 and is one that is
// registered: two letters, or a language with a region or script behind it.
func isLanguageTag(text string) bool {
	if len(text) > 24 || len(text) != 2 && !strings.Contains(text, "-") || strings.Contains(text, "_") {
		return false
	}
	_, err := language.Parse(text)
	return err == nil
}

func isHTTPDate(text string) bool {
	if len(text) < 24 || len(text) > 40 {
		return false
	}
	_, err := http.ParseTime(text)
	return err == nil
}
