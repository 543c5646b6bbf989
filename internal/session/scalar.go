package session

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// YAML's scalars in four styles, each on one line however long. The library's own choice
// of style is not used: block scalars lose leading tabs and line breaks.
//
//	plain          words that can be nothing else: application/json
//	single-quoted  printable ASCII: '{"id":"1"}'
//	double-quoted  any other valid UTF-8: "caf\u00e9\n"
//	binary         what is not UTF-8: !!binary /w==

// binaryTag stands before base64.
const binaryTag = "!!binary "

// appendWord appends a name or another short text, plain where YAML cannot take it for
// anything but text.
func appendWord(out []byte, text string) []byte {
	if isPlain(text) {
		return append(out, text...)
	}
	return appendText(out, text)
}

// appendText appends any text, always quoted, so that changing it does not change its style.
func appendText(out []byte, text string) []byte {
	switch {
	case isPrintableASCII(text):
		out = append(out, '\'')
		out = append(out, strings.ReplaceAll(text, "'", "''")...)
		return append(out, '\'')
	case utf8.ValidString(text):
		return appendDoubleQuoted(out, text)
	default:
		out = append(out, binaryTag...)
		return base64.StdEncoding.AppendEncode(out, []byte(text))
	}
}

func appendDoubleQuoted(out []byte, text string) []byte {
	out = append(out, '"')
	for _, r := range text {
		out = appendEscaped(out, r)
	}
	return append(out, '"')
}

// appendEscaped keeps what a reader can see and escapes the rest: controls, the line
// separators U+2028 and U+2029, byte order marks, spaces other than the common one.
func appendEscaped(out []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(out, '\\', byte(r))
	case '\n':
		return append(out, `\n`...)
	case '\r':
		return append(out, `\r`...)
	case '\t':
		return append(out, `\t`...)
	}
	switch {
	case unicode.IsPrint(r):
		return utf8.AppendRune(out, r)
	case r <= 0xFF:
		return appendHex(append(out, `\x`...), r, 2)
	case r <= 0xFFFF:
		return appendHex(append(out, `\u`...), r, 4)
	default:
		return appendHex(append(out, `\U`...), r, 8)
	}
}

func appendHex(out []byte, r rune, digits int) []byte {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		out = append(out, "0123456789abcdef"[r>>shift&0xF])
	}
	return out
}

// isPlain tells whether the text can stand unquoted: a letter, then letters, digits and
// a few marks, and none of the words that YAML takes for a truth value or for nothing.
func isPlain(text string) bool {
	if text == "" || len(text) > 200 || !isLetter(text[0]) || isReserved(text) {
		return false
	}
	for i := 1; i < len(text); i++ {
		c := text[i]
		if !isLetter(c) && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' && c != '/' {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isReserved tells whether YAML 1.1 or 1.2 reads more than text into the word.
func isReserved(word string) bool {
	if len(word) > len("false") {
		return false
	}
	switch strings.ToLower(word) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return true
	}
	return false
}

func isPrintableASCII(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}
