package har

import (
	"bufio"
	"bytes"
)

// packings are files that hold a text in another form, by how they begin.
var packings = []struct{ mark, problem string }{
	{"\x1f\x8b", "the file is compressed with gzip; unpack it first, for example with gunzip"},
	{"PK\x03\x04", "the file is a zip archive; unpack it first, and name the file in it"},
}

// utf16 is what is wrong with a file that begins with a byte order mark of UTF-16, which no JSON
// does (RFC 8259 section 8.1).
const utf16 = "the file is UTF-16; save it as UTF-8"

// Packed says in one sentence why a file that begins so cannot be read as the text that it may well
// hold, and what to do; empty where nothing shows that.
func Packed(head []byte) string {
	for _, packing := range packings {
		if bytes.HasPrefix(head, []byte(packing.mark)) {
			return packing.problem
		}
	}
	return ""
}

// encoded is Packed for a file that is to be JSON.
func encoded(head []byte) string {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return utf16
	}
	return Packed(head)
}

// peeked is how a text begins.
func peeked(source *bufio.Reader) []byte {
	head, _ := source.Peek(longestMark) // of a shorter text all there is
	return head
}

// longestMark is the length of the longest mark of a packing.
const longestMark = 4
