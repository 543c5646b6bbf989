// Package schemas is the contract as data: JSON Schemas (draft-07) of the request and of
// every answer, and an OpenAPI document of the operation. The schemas are compiled once,
// from the files in the binary; nothing is fetched.
//
// Members that a schema does not name are always allowed. The schemas say nothing of the
// form of a language tag or of the values of localeOrigin: the first needs more than a
// pattern, and to the second values may be added at any time.
package schemas

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/xeipuuv/gojsonschema"
)

// Set is the compiled schemas. It does not change, and is safe for concurrent use.
type Set struct {
	entries map[Name]*entry
}

// Name is the name of a schema: that of its file, without ".schema.json".
type Name string

// The schemas. Message is a part of Error that may be validated by itself.
const (
	Task         Name = "task"
	Message      Name = "message"
	Error        Name = "error"
	Unauthorized Name = "unauthorized"
	RateLimit    Name = "rate-limit"
	Request      Name = "request"
)

// names lists the schemas in the order in which they are compiled: a schema that others
// refer to comes before them, so that an error in it names its own file.
var names = []Name{Task, Message, Error, Unauthorized, RateLimit, Request}

var loadOnce = sync.OnceValues(func() (*Set, error) { return load(files) })

// Load compiles the schemas; every call returns the same set. The error names the file
// that is wrong, which only an edit of this package can bring about.
func Load() (*Set, error) { return loadOnce() }

// MustLoad is Load, but panics with the error: without its schemas the program has
// nothing to judge by.
func MustLoad() *Set { return must(Load()) }

func must(set *Set, err error) *Set {
	if err != nil {
		panic("the embedded schemas are broken: " + err.Error())
	}
	return set
}

// Source is the text of a schema, as it stands in its file. It panics when there is no
// schema of that name.
func (s *Set) Source(name Name) []byte { return slices.Clone(s.entry(name).source) }

// Validate holds a document against a schema and returns everything that is wrong with
// it, sorted by pointer and then by keyword; nothing when it is valid. The document is a
// value as encoding/json decodes it, numbers as json.Number or as float64. Validate
// does not change it, and keeps nothing of it. It panics when there is no schema of
// that name.
func (s *Set) Validate(name Name, document any) []Problem {
	entry := s.entry(name)
	// A raw loader hands over the value that it was given, so there is no error to look at.
	result, _ := entry.compiled.Validate(gojsonschema.NewRawLoader(bounded(document)))
	if result.Valid() {
		return nil
	}
	problems := make([]Problem, 0, len(result.Errors()))
	for _, found := range result.Errors() {
		path := pathOf(found)
		problems = append(problems, Problem{
			Pointer:  pointer(path),
			Expected: entry.shape.at(path).phrase(),
			Seen:     seen(document, path),
			Keyword:  found.Type(),
		})
	}
	slices.SortFunc(problems, Problem.compare)
	return problems
}

func (s *Set) entry(name Name) *entry {
	found, ok := s.entries[name]
	if !ok {
		panic(fmt.Sprintf("there is no schema %q, only %s", name, strings.Trim(fmt.Sprint(names), "[]")))
	}
	return found
}
