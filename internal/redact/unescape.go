package redact

import (
	"html"
	"strconv"
	"strings"
)

// span is what one character of an unescaped text was made from.
type span struct{ from, to uint32 }

// unescape undoes one layer of the escapes with which an answer can spell a character: those
// of URLs, of strings in JSON and in programs, of HTML and of quoted-printable (RFC 2045 section
// 6.7), all at once. Line breaks and NUL are left out: with the ones base64 is folded, with the
// others UTF-16 spells ASCII. The i-th byte of the result was made from what stands at made[i];
// made is nil if the text has nothing of all that.
func unescape(text string) (plain string, made []span) {
	if !mayBeEscaped(text) {
		return text, nil
	}
	bytes := make([]byte, 0, len(text))
	made = make([]span, 0, len(text))
	for i := 0; i < len(text); {
		character, length := unescapeOne(text[i:])
		if character != nothing {
			bytes = append(bytes, byte(character))
			made = append(made, span{uint32(i), uint32(i + length)})
		}
		i += length
	}
	if len(bytes) == len(text) {
		return text, nil
	}
	return string(bytes), made
}

// mayBeEscaped tells whether a text can have an escape: quickly, since hardly any has one.
func mayBeEscaped(text string) bool {
	for {
		i := strings.IndexAny(text, "%\\&=\r\n\x00")
		if i < 0 {
			return false
		}
		text = text[i:]
		if character, length := unescapeOne(text); length > 1 || character == nothing {
			return true
		}
		text = text[1:]
	}
}

// longestReference bounds the HTML character references that are looked at, in bytes; all other
// escapes are shorter.
const longestReference = 12

// nothing is what is left out of an unescaped text.
const nothing = -1

// unescapeOne reads the first character of a text, and says how many bytes spell it. What is
// no escape of an ASCII character stands for itself. An escape that the text breaks off in is left out.
func unescapeOne(text string) (character, length int) {
	if cutEscape(text) {
		return nothing, len(text)
	}
	escaped := func(at, end, base int) (int, int) {
		if at < end && end <= len(text) {
			if c, err := strconv.ParseUint(text[at:end], base, 7); err == nil {
				return int(c), end
			}
		}
		return int(text[0]), 1
	}
	switch text[0] {
	case '\r', '\n', 0:
		return nothing, 1
	case '%':
		character, length = escaped(1, 3, 16)
	case '=':
		if rest, soft := softBreak(text[1:]); soft {
			return nothing, len(text) - len(rest)
		}
		character, length = escaped(1, 3, 16)
	case '\\':
		switch {
		case len(text) == 1:
		case strings.HasPrefix(text, `\u{`), strings.HasPrefix(text, `\x{`):
			if end := strings.IndexByte(text[:min(len(text), longestReference)], '}'); end > 0 {
				if character, length = escaped(3, end, 16); length > 1 {
					return character, length + 1
				}
			}
		case text[1] == 'u':
			return escaped(2, 6, 16)
		case text[1] == 'x':
			return escaped(2, 4, 16)
		case text[1] == 'n' || text[1] == 'r':
			return nothing, 2
		case strings.IndexByte(`"'\/`, text[1]) >= 0:
			return int(text[1]), 2
		}
		return int(text[0]), 1
	case '&':
		if end := strings.IndexByte(text[:min(len(text), longestReference)], ';'); end > 0 {
			if c := html.UnescapeString(text[:end+1]); len(c) == 1 {
				return int(c[0]), end + 1
			}
		}
		return int(text[0]), 1
	default:
		return int(text[0]), 1
	}
	return character, length
}

// cutEscape tells whether a text is the beginning of an escape and nothing else.
func cutEscape(text string) bool {
	switch text[0] {
	case '%', '=':
		return len(text) < 3 && text != "=\n"
	case '\\':
		return len(text) == 1 || text[1] == 'u' && len(text) < 6 || text[1] == 'x' && len(text) < 4
	case '&':
		return len(text) < longestReference && strings.Trim(text[1:], "#0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	}
	return false
}

// softBreak is the text without the line break that it begins with, which quoted-printable adds
// to a long line.
func softBreak(text string) (rest string, is bool) {
	if rest, is = strings.CutPrefix(text, "\n"); is {
		return rest, true
	}
	return strings.CutPrefix(text, "\r\n")
}
