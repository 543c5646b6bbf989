// Package har reads and writes HTTP archives, version 1.2 (http://www.softwareishard.com/blog/har-12-spec/):
// what browsers, proxies and test tools export of the traffic that they see.
//
// What an archive has no place for, such as the case that a request was sent for, stands in
// members called "_conformance", which other programs pass over. With them an exchange comes
// back from an archive exactly as it went in.
//
// Archives of other programs hold the secrets of their traffic: whoever reads one has to put
// labels in the place of secrets before anything else is done with the exchanges.
package har

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxEntrySize is the most bytes that one entry of an archive may have. A larger one is not read.
const MaxEntrySize = 64 << 20

// Info is what an archive says of itself.
type Info struct {
	// Creator is the program that made the archive.
	Creator Creator
	// Recorded is when the session began; in an archive of another program, the earliest
	// startedDateTime of its entries.
	Recorded time.Time
	// Session is a JSON value that a caller keeps with the archive, such as the manifest of the
	// session that it was made from; nil when there is none. It must not hold secrets.
	Session []byte
}

// Creator names the program that made an archive.
type Creator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Error is what is wrong with an archive.
type Error struct {
	// File is the archive, as the caller named it.
	File string
	// Entry is the number of the entry, from 1; 0 when the fault is in none.
	Entry int
	// Member is the JSON member at fault, such as "request.url"; empty when it is none.
	Member string
	// Message is one sentence: what was found, what was expected, what to do.
	Message string
	// Cause is what the operating system said, such as fs.ErrNotExist; mostly nil.
	Cause error
}

// Error is the sentence with its place, as in "traffic.har: entry 3: request.url: is missing".
func (e *Error) Error() string {
	text := e.File + ": "
	if e.Entry > 0 {
		text += "entry " + strconv.Itoa(e.Entry) + ": "
	}
	if e.Member != "" {
		text += e.Member + ": "
	}
	return text + e.Message
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Cause }

// byteOrderMark begins the files of some programs on Windows.
const byteOrderMark = "\ufeff"

// Detect tells whether a file looks like an archive. The head is its beginning; 4 KiB are enough
// for every known program, since the member "log" is the first or follows a comment.
func Detect(head []byte) bool {
	head = bytes.TrimPrefix(head, []byte(byteOrderMark))
	decoder := jsontext.NewDecoder(bytes.NewReader(head), tolerant)
	if token, err := decoder.ReadToken(); err != nil || token.Kind() != '{' {
		return false
	}
	for {
		name, err := decoder.ReadToken()
		if err != nil || name.Kind() != '"' {
			return false
		}
		if name.String() == "log" {
			return decoder.PeekKind() == '{'
		}
		if decoder.SkipValue() != nil {
			return false
		}
	}
}

// tolerant makes the decoder read what browsers write: half surrogate pairs, for example.
var tolerant = jsontext.AllowInvalidUTF8(true)

// syntaxProblem says in one sentence why the text is no JSON.
func syntaxProblem(err error) string {
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, errEntryTooLarge):
		return "is larger than " + strconv.Itoa(MaxEntrySize>>20) + " MiB, the most that is read; remove it or record less of it"
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return "the file is cut off here; export the archive again"
	case errors.As(err, &syntax):
		return "this is no JSON at byte " + strconv.FormatInt(syntax.ByteOffset, 10) + ": " +
			strings.TrimPrefix(syntax.Err.Error(), "jsontext: ") + "; export the archive again"
	default:
		return "cannot be read: " + err.Error()
	}
}
