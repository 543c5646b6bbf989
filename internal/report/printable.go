package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// printable makes foreign text safe to show on one line of a terminal. Control
// characters, escape codes, bidirectional overrides and other invisible characters, and
// bytes that are not UTF-8 come out as visible escapes: \n, \x1b, \u202e. A backslash
// stays as it is, so that shell commands and JSON can be copied.
//
// Everything that a target, a session or a config can put into a report passes through
// here before it is printed.
func printable(text string) string {
	if strings.IndexFunc(text, hidden) < 0 {
		return text
	}
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
		case !hidden(r):
			out.WriteRune(r)
		case r < utf8.RuneSelf:
			fmt.Fprintf(&out, `\x%02x`, r)
		case r <= 0xffff:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			fmt.Fprintf(&out, `\U%08x`, r)
		}
		text = text[size:]
	}
	return out.String()
}

// hidden says whether a character cannot be told from its looks. U+FFFD counts, because
// that is what a byte that is not UTF-8 decodes to.
func hidden(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }

// columns is how many columns of a terminal a printable text takes.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	if r < utf8.RuneSelf {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// head is the longest beginning of a text that fits into limit columns, but at least one
// character, so that a caller that goes on with the rest gets to the end.
func head(text string, limit int) string {
	n := 0
	for i, r := range text {
		n += runeColumns(r)
		if n > limit && i > 0 {
			return text[:i]
		}
	}
	return text
}

// ellipsis marks where a text was cut.
const ellipsis = "..."

// cut makes a text printable and, where it is wider than limit columns, cuts it.
func cut(text string, limit int) string {
	text = printable(text)
	if head(text, limit) == text {
		return text
	}
	return head(text, max(1, limit-len(ellipsis))) + ellipsis
}

// wrap makes a text printable and breaks it into lines of at most limit columns: at its
// own line feeds, then at spaces, and inside a word only where the word alone is too wide.
func wrap(text string, limit int) []string {
	// No character takes more than two columns, so every line gets at least one.
	limit = max(2, limit)
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		lines = append(lines, wrapLine(printable(paragraph), limit)...)
	}
	return lines
}

func wrapLine(line string, limit int) []string {
	var lines []string
	for {
		first := head(line, limit)
		rest := line[len(first):]
		if rest == "" {
			break
		}
		if space := strings.LastIndexByte(first, ' '); rest[0] != ' ' && strings.TrimSpace(first[:max(space, 0)]) != "" {
			first, rest = first[:space], line[space:]
		}
		lines = append(lines, strings.TrimRight(first, " "))
		line = strings.TrimLeft(rest, " ")
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}
