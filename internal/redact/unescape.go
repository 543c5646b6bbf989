package redact

import (
	"html"
	"strconv"
	"strings"
)

// unescape undoes one layer of the escapes with which an answer can spell a character: those
// of URLs, of JSON and of HTML, all at once. The i-th byte of the result was made from what
// begins at from[i]; from has one entry more, the text's length.
func unescape(text string) (plain string, from []int) {
	if !strings.ContainsAny(text, `%\&`) {
		return text, nil
	}
	made := make([]byte, 0, len(text))
	from = make([]int, 0, len(text)+1)
	for i := 0; i < len(text); {
		character, length := unescapeOne(text[i:])
		made = append(made, character)
		from = append(from, i)
		i += length
	}
	return string(made), append(from, len(text))
}

// longestReference bounds the HTML character references that are looked at, in bytes.
const longestReference = 12

// unescapeOne reads the first character of a text, and says how many bytes spell it. What is
// no escape of an ASCII character stands for itself.
func unescapeOne(text string) (character byte, length int) {
	switch {
	case text[0] == '%' && len(text) >= 3:
		if c, err := strconv.ParseUint(text[1:3], 16, 7); err == nil {
			return byte(c), 3
		}
	case text[0] == '\\' && len(text) >= 6 && text[1] == 'u':
		if c, err := strconv.ParseUint(text[2:6], 16, 7); err == nil {
			return byte(c), 6
		}
	case text[0] == '\\' && len(text) >= 2 && strings.IndexByte(`"\/`, text[1]) >= 0:
		return text[1], 2
	case text[0] == '&':
		end := strings.IndexByte(text[:min(len(text), longestReference)], ';')
		if end < 0 {
			break
		}
		if c := html.UnescapeString(text[:end+1]); len(c) == 1 {
			return c[0], end + 1
		}
	}
	return text[0], 1
}
