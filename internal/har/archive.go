package har

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"conformance/internal/exchange"
	"conformance/internal/smallfile"
)

// Archive is an archive whose entries have been found but not yet read: it needs a few bytes of
// memory for each entry, however large they are. Its methods are safe for concurrent use.
type Archive struct {
	name    string
	source  io.ReaderAt
	file    *os.File
	info    Info
	own     bool
	entries []place
	// files are where bodies stand that are not in the archive; nil when there are none.
	files fs.FS
}

// place is where an entry stands in the file.
type place struct {
	start, end int64
	// number counts the entries of the file, from 1.
	number int
	// started is the startedDateTime.
	started time.Time
}

// Open reads the outline of an archive. Errors of this package are *Error: the file cannot be
// read, is no JSON, is cut off, is no archive of version 1, or an entry has no date. The caller
// closes the archive.
func Open(path string) (*Archive, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("is no regular file")
	}
	if err != nil {
		file.Close()
		return nil, fileError(path, err)
	}
	archive, err := New(path, file, info.Size())
	if err != nil {
		file.Close()
		return nil, err
	}
	archive.file = file
	return archive, nil
}

// New is Open for an archive that is not a file. The name is that of its errors.
func New(name string, source io.ReaderAt, size int64) (*Archive, error) {
	outline := outline{archive: &Archive{name: name, source: source}, limit: MaxEntrySize}
	if err := outline.read(io.NewSectionReader(source, 0, size)); err != nil {
		return nil, err
	}
	archive := outline.archive
	if !archive.own {
		// The order of the entries is only "preferred" to be that of their dates.
		slices.SortStableFunc(archive.entries, func(a, b place) int { return a.started.Compare(b.started) })
		if len(archive.entries) > 0 {
			archive.info.Recorded = archive.entries[0].started
		}
	}
	return archive, nil
}

// Beside says where the archive's folder is. Playwright can keep bodies there, each in a file of its
// own; without the folder they count as not recorded.
func (a *Archive) Beside(files fs.FS) { a.files = files }

// Close closes the file.
func (a *Archive) Close() error {
	if a.file == nil {
		return nil
	}
	return a.file.Close()
}

// Info is what the archive says of itself.
func (a *Archive) Info() Info { return a.info }

// Len is the number of entries.
func (a *Archive) Len() int { return len(a.entries) }

// Exchange reads the entry with the index i, from 0 to Len()-1, in recorded order. The error is
// an *Error.
func (a *Archive) Exchange(i int) (exchange.Exchange, error) {
	at := a.entries[i]
	text := make([]byte, at.end-at.start)
	if n, err := a.source.ReadAt(text, at.start); n < len(text) {
		return exchange.Exchange{}, fileError(a.name, err)
	}
	e, err := a.decode(text)
	if problem, ok := errors.AsType[*Error](err); ok {
		problem.File, problem.Entry = a.name, at.number
		return exchange.Exchange{}, problem
	}
	return e, nil
}

// Exchanges reads all entries in recorded order, one at a time. It ends after the first error,
// which is an *Error.
func (a *Archive) Exchanges() iter.Seq2[exchange.Exchange, error] {
	return func(yield func(exchange.Exchange, error) bool) {
		for i := range a.entries {
			e, err := a.Exchange(i)
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// decode makes an exchange of the text of an entry. The error is an *Error without its file.
func (a *Archive) decode(text []byte) (exchange.Exchange, error) {
	var read entry
	if err := json.Unmarshal(text, &read, tolerant, jsontext.AllowDuplicateNames(true)); err != nil {
		return exchange.Exchange{}, decodeError(err)
	}
	if a.own && read.Exact != nil {
		return read.restore()
	}
	return a.foreign(read)
}

// decodeError names the member that does not hold what it should.
func decodeError(err error) *Error {
	if problem, ok := errors.AsType[*Error](err); ok {
		return problem
	}
	var wrong *json.SemanticError
	if !errors.As(err, &wrong) {
		return &Error{Message: syntaxProblem(err)}
	}
	var path []string
	for name := range wrong.JSONPointer.Tokens() {
		path = append(path, name)
	}
	found := kindNames[wrong.JSONKind]
	return &Error{Member: strings.Join(path, "."),
		Message: fmt.Sprintf("found %s that does not belong here; correct it or export the archive again", cmp.Or(found, "a value"))}
}

var kindNames = map[jsontext.Kind]string{
	'n': "null", 't': "true", 'f': "false", '"': "a string", '0': "a number", '{': "an object", '[': "an array",
}

// fileError is what the operating system said of a file.
func fileError(path string, err error) *Error {
	if errors.Is(err, fs.ErrNotExist) {
		return &Error{File: path, Cause: fs.ErrNotExist, Message: "there is no such archive; name another"}
	}
	err = smallfile.Reason(err)
	return &Error{File: path, Cause: err, Message: fmt.Sprintf("cannot be read: %v", err)}
}
