package resend

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible makes foreign text safe to show on one line: an answer can hold escape codes,
// bidirectional overrides and line feeds. They come out as visible escapes.
func visible(text string) string {
	var out strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, text[0])
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\r':
			out.WriteString(`\r`)
		case r == '\t':
			out.WriteString(`\t`)
		case unicode.IsPrint(r) && r != utf8.RuneError:
			out.WriteRune(r)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		text = text[size:]
	}
	return out.String()
}

// wrap makes a text visible and breaks it into lines of at most limit characters: at spaces, and
// inside a word only where the word alone is too long.
func wrap(text string, limit int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(visible(text)) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= limit {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for runes := []rune(word); len(runes) > limit; runes = []rune(word) {
			lines = append(lines, string(runes[:limit]))
			word = string(runes[limit:])
		}
		line = word
	}
	return append(lines, line)
}
