// Package session records runs and plays them back.
//
// A session is a folder: the manifest session.yaml, and one cassette for each status
// path. A cassette is a YAML file in the format of go-vcr v3, which plain go-vcr loads and
// replays. What that format lacks stands in keys of its own at the end of each
// interaction, which go-vcr ignores: case, attempt, credential, failure, started.
//
// A session that is recorded, or whose recording was killed, is marked as unfinished in the
// manifest and can be read all the same: what is in its cassettes.
//
// Everything that is written is free of secrets already: a credential is a label such as
// "Bearer <orgAdmin>", in the files and in replayed requests alike. What a Recorder or a Tap
// sees is not; the Clean of their Capture makes it so.
package session

import (
	"strconv"
	"strings"
)

// ManifestName is the name of the manifest in the folder of a session.
const ManifestName = "session.yaml"

// FormatVersion is the version of the manifest that this package reads and writes.
const FormatVersion = 1

// MaxFileSize is the most bytes that a cassette may have: about 800 000 interactions of
// the usual size. A larger one is not written.
const MaxFileSize = 1 << 30

// MaxBodySize is the most bytes that a recorded body may have.
const MaxBodySize = 64 << 20

// cassetteVersion is the version of go-vcr's cassette format that v3 and v4 write.
const cassetteVersion = 2

// cassetteSuffix ends the name of every cassette; go-vcr adds it to the names it is given.
const cassetteSuffix = ".yaml"

// cassetteMark begins each cassette that this package writes. It tells a reader that the
// last interaction is complete only if it has its last key.
const cassetteMark = "# A go-vcr v3 cassette, recorded by conformance."

// cassetteHead is what stands before the first interaction.
const cassetteHead = cassetteMark + ` Every interaction ends with its key "started".
---
version: 2
interactions:
`

// Error is what is wrong with a file or folder of a session.
type Error struct {
	// File is the file or folder, as the caller named it or below that.
	File string
	// Line is counted from 1; 0 when the fault has no place in the file.
	Line int
	// Message is one sentence: what was found, what was expected, what to do.
	Message string
	// Cause is what the operating system said, such as fs.ErrNotExist; mostly nil.
	Cause error

	// wrongValue says that the file is YAML, and a value of another kind than is expected.
	wrongValue bool
}

// Error is the sentence with its place, as in
// "run/401.yaml: line 3: found cassette version 3, expected ...".
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(e.File + ": ")
	if e.Line > 0 {
		text.WriteString("line " + strconv.Itoa(e.Line) + ": ")
	}
	text.WriteString(e.Message)
	return text.String()
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Cause }
