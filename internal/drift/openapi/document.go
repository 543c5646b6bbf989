// Package openapi cuts one operation out of an OpenAPI document, 3.0 or 3.1, YAML or JSON,
// however large it is and however many files it is spread over. It reads what the operation
// refers to and nothing else, and nothing from the network.
package openapi

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"
)

// Document is one operation of a document, with every reference replaced by what it stands for.
// Where a schema contains itself, the inner one is replaced by one that allows anything.
// Examples, links, callbacks and most extensions are left out.
type Document struct {
	// Spec holds the operation alone, under Path.
	Spec *openapi3.T
	// Operation is the operation itself.
	Operation *openapi3.Operation
	// Item is the path item that it stands in, which can have parameters too.
	Item *openapi3.PathItem
	// Path is the operation's path without versions and prefixes, as a key of Spec.
	Path string
	// Address is the whole path below the host: that of the first server, then the document's.
	Address string
	// lines tells where each line of the text that Spec was read from came from.
	lines []Source
}

// Source is a place in a file.
type Source struct {
	// File is the name relative to where the user is; empty when there is no place.
	File string
	// Line counts from 1.
	Line int
}

// String is the place as "file:line", and empty for none.
func (s Source) String() string {
	if s.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", s.File, s.Line)
}

// Source is the place in the user's files of something in Spec.
func (d *Document) Source(origin *openapi3.Origin) Source {
	if origin == nil || origin.Key == nil {
		return Source{}
	}
	return d.Line(origin.Key.Line)
}

// FieldSource is the place of one field of something in Spec, or else that of the thing.
func (d *Document) FieldSource(origin *openapi3.Origin, field string) Source {
	if origin != nil {
		if location, ok := origin.Fields.Lookup(field); ok {
			return d.Line(location.Line)
		}
	}
	return d.Source(origin)
}

// Line is the place in the user's files that a line of the text of Spec came from.
func (d *Document) Line(number int) Source {
	if number < 1 || number > len(d.lines) {
		return Source{}
	}
	return d.lines[number-1]
}

// Load cuts the operation out of the document in the file at path. Files that it refers to
// must be below the root folder; an empty root stands for the folder of the document.
//
// It returns a *NotFoundError when the document has no such operation, or several. Every other
// error says which file, mostly with the line, cannot be read or understood, and why; among
// them are references to the network or out of the root folder.
func Load(path string, operation Operation, root string) (*Document, error) {
	files, top, err := openFiles(path, root)
	if err != nil {
		return nil, err
	}
	document, err := cut(files, top, operation)
	return document, errors.Join(err, files.close())
}

// Parse is Load for a document that is at hand: name stands for its file, and it may refer to
// no other.
func Parse(name string, data []byte, operation Operation) (*Document, error) {
	top, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	only := &file{name: name, inside: name, top: top}
	return cut(&files{open: map[string]*file{name: only}}, only, operation)
}

func cut(files *files, top *file, operation Operation) (*Document, error) {
	if err := checkVersion(top); err != nil {
		return nil, err
	}
	found, err := find(files, top, operation)
	if err != nil {
		return nil, err
	}
	path := common(operation.Path, found.path, found.base)
	w := &writer{files: files, active: map[*yaml.Node]bool{}, lines: []Source{{}}}
	w.document(top, path, operation, found)
	if w.err != nil {
		return nil, w.err
	}
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true
	spec, err := loader.LoadFromData(w.text.Bytes())
	if err != nil {
		return nil, fmt.Errorf("%s: the operation %s is not as OpenAPI wants it: %s", top.name, operation, sentence(err))
	}
	item := spec.Paths.Value(path)
	if item == nil || item.GetOperation(operation.Method) == nil {
		return nil, fmt.Errorf("%s: the operation %s is not as OpenAPI wants it: expected keys with values", top.name, operation)
	}
	return &Document{
		Spec: spec, Operation: item.GetOperation(operation.Method), Item: item,
		Path: path, Address: found.base + found.path, lines: w.lines,
	}, nil
}

// checkVersion says whether the file is an OpenAPI document of a version that is understood.
func checkVersion(top *file) error {
	given := text(member(top.top, "openapi"))
	switch {
	case strings.HasPrefix(given, "3.0"), strings.HasPrefix(given, "3.1"):
		return nil
	case given != "":
		return fmt.Errorf("%s: openapi: expected a version 3.0 or 3.1, found %.20q", top.name, given)
	case member(top.top, "swagger") != nil:
		return fmt.Errorf("%s: swagger: expected OpenAPI 3.0 or 3.1, found Swagger: convert the document first", top.name)
	}
	return fmt.Errorf("%s is not an OpenAPI document: it has no key openapi", top.name)
}

// sentence is an error text of one line.
func sentence(err error) string {
	const most = 300
	return fmt.Sprintf("%.*s", most, strings.Join(strings.Fields(err.Error()), " "))
}

// basePaths are the path parts of the URLs of servers, variables replaced by their defaults.
func basePaths(servers *yaml.Node) []string {
	var bases []string
	if servers == nil || servers.Kind != yaml.SequenceNode {
		return []string{""}
	}
	for _, server := range servers.Content {
		address := text(member(aliased(server), "url"))
		for _, variable := range pairs(member(aliased(server), "variables")) {
			address = strings.ReplaceAll(address, "{"+variable.key+"}", text(member(aliased(variable.value), "default")))
		}
		if parsed, err := url.Parse(address); err == nil {
			bases = append(bases, strings.TrimRight(parsed.Path, "/"))
		}
	}
	if len(bases) == 0 {
		bases = []string{""}
	}
	return bases
}
