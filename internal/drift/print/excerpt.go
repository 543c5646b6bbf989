package print

import "unicode/utf8"

// longest bounds how much of a foreign text a report repeats, in characters.
const longest = 160

// excerpt is the beginning of a text. It leaves characters as they are: what it is put into makes
// them safe to show.
func excerpt(text string) string {
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:longest]) + "..."
}
