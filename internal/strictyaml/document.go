// Package strictyaml reads the YAML files that people write for this program. It is
// stricter than YAML: unknown and duplicate keys, values of another type, anchors,
// aliases, tags and second documents are all problems. Every problem is one sentence with
// its file, line and key, all problems of a file are reported together, and no sentence
// repeats a value that came from the environment.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"conformance/internal/nearest"
	"conformance/internal/smallfile"
)

// Document is one parsed file, where its keys stand, and the problems found in it so far.
type Document struct {
	file            string
	root            *yaml.Node
	environ         func(name string) (string, bool)
	lines           map[string]int
	fromEnvironment map[string]bool
	problems        []*Error
	// reported holds the paths with a problem, unread those that nothing was read below.
	reported, unread map[string]bool
}

// Read reads a file of at most limit bytes and parses it. The errors are those of Parse;
// for a file that cannot be read, the Error wraps the reason, such as fs.ErrNotExist.
func Read(path string, limit int) (*Document, error) {
	data, err := smallfile.Read(path, int64(limit))
	var large *smallfile.TooLargeError
	switch {
	case errors.As(err, &large):
		return nil, tooLarge(path, limit)
	case err != nil:
		return nil, &Error{File: path, Message: fmt.Sprintf("cannot be read: %v", err), Cause: err}
	}
	return Parse(path, data, limit)
}

func tooLarge(name string, limit int) *Error {
	return &Error{File: name, Message: fmt.Sprintf("larger than %d bytes, the most that is read", limit)}
}

// Parse parses a document of at most limit bytes. The name stands for the file in errors.
// It returns an *Error when the text is too large, empty or not YAML. YAML that this
// package does not allow is a problem of the document: Err tells of it together with what
// Decode and the caller find.
func Parse(name string, data []byte, limit int) (*Document, error) {
	if len(data) > limit {
		return nil, tooLarge(name, limit)
	}
	root, problem := parseOne(data)
	if problem != nil {
		problem.File = name
		return nil, problem
	}
	if root == nil {
		return nil, &Error{File: name, Message: "the file is empty; expected YAML keys"}
	}
	d := &Document{
		file:            name,
		root:            root,
		lines:           map[string]int{},
		fromEnvironment: map[string]bool{},
		reported:        map[string]bool{},
		unread:          map[string]bool{},
	}
	d.checkShape(root, nil, 0)
	return d, nil
}

// parseOne parses the only document in data; it returns nil where there is none.
func parseOne(data []byte) (*yaml.Node, *Error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	if err := decoder.Decode(&first); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, syntaxError(data, err)
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		return nil, &Error{Line: second.Line, Message: "a second document begins here; one file holds one document"}
	case !errors.Is(err, io.EOF):
		return nil, syntaxError(data, err)
	}
	root := first.Content[0]
	if isNull(root) {
		return nil, nil
	}
	return root, nil
}

// Report adds a problem at the path, unless the path has one already, or a mapping or list
// above it could not be read: what follows from a wrong value is not worth a second
// sentence.
func (d *Document) Report(path Path, format string, args ...any) {
	key := path.String()
	if d.reported[key] {
		return
	}
	for length := range path {
		if d.unread[path[:length].String()] {
			return
		}
	}
	d.reported[key] = true
	d.problems = append(d.problems, d.Problem(path, format, args...))
}

// ReportKey adds a problem about a key below the path that is none of some names, or is wrong by
// itself where there are none. A key that can be a secret in the wrong place is not repeated.
func (d *Document) ReportKey(path Path, key string, names []string, problem string) {
	before := len(d.problems)
	name, value, joined := strings.Cut(key, ":")
	switch {
	case joined && value != "" && (len(names) == 0 || slices.Contains(names, name)):
		problem += "; put a space behind the colon of " + strconv.Quote(name)
	case len(names) > 0:
		problem += "; " + nearest.Advice(key, names)
	}
	d.Report(path.With(key), "%s", problem)
	if len(d.problems) > before && !joined && canBeSecret(key, names) {
		d.problems[before].Key = path.With(beginning(key)).String()
	}
}

// canBeSecret tells whether a key that is none of some names does not look like a mistyped one.
func canBeSecret(key string, names []string) bool {
	const longestWord = 12
	strange := func(r rune) bool { return !unicode.IsLetter(r) && r != '_' && r != '-' && r != ' ' }
	return len(key) > longestWord && strings.ContainsFunc(key, strange) && nearest.Name(key, names) == ""
}

// beginning is so much of a key that it can be found.
func beginning(key string) string {
	const most = 4
	runes := []rune(key)
	return string(runes[:min(most, len(runes))]) + "…"
}

// Problem makes an error about the path without adding it to the document's problems.
// It works on a nil document too: then there is neither file nor line to name.
func (d *Document) Problem(path Path, format string, args ...any) *Error {
	problem := &Error{Key: path.String(), Message: fmt.Sprintf(format, args...)}
	if d != nil {
		problem.File = d.file
		problem.Line = d.line(path)
	}
	return problem
}

// line is where the path stands in the file, or where the nearest key above it does.
func (d *Document) line(path Path) int {
	for length := len(path); length >= 0; length-- {
		if line, found := d.lines[path[:length].String()]; found {
			return line
		}
	}
	return 0
}

// Has tells whether the document has a value at the path.
func (d *Document) Has(path Path) bool {
	if d == nil {
		return false
	}
	_, found := d.lines[path.String()]
	return found
}

// FromEnvironment tells whether the value at the path came, even partly, from the
// environment.
func (d *Document) FromEnvironment(path Path) bool {
	return d != nil && d.fromEnvironment[path.String()]
}

// Err is nil when no problem was found, the *Error when there was one, and else all of
// them joined, one a line, in the order of their lines. Of very many it keeps the first
// hundred.
func (d *Document) Err() error { return Join(d.problems) }
