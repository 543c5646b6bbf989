package report

import "conformance/internal/exchange"

// Printable makes foreign text safe to show on one line of a terminal: what cannot be told from
// its looks comes out as visible escapes.
func Printable(text string) string { return printable(text) }

// Wrap makes a text printable and breaks it into lines of at most limit columns.
func Wrap(text string, limit int) []string { return wrap(text, limit) }

// Excerpt is the beginning of a foreign text, and how long the whole is where that was cut.
func Excerpt(text string) string { return excerpt(text) }

// Repeat is the command of Curl in lines of at most limit columns, behind an indent, that together
// are the same command; or a sentence in its place where it is too long for anybody to read.
func Repeat(e exchange.Exchange, indent string, limit int) []string {
	f := repeatFact(e)
	if f.command != nil {
		return foldWords(f.command, indent, limit)
	}
	var lines []string
	for _, line := range wrap(f.text, limit-len(indent)) {
		lines = append(lines, indent+line)
	}
	return lines
}
