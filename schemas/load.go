package schemas

import (
	"bytes"
	"embed"
	stdjson "encoding/json"
	"fmt"
	"io/fs"

	"github.com/go-json-experiment/json"
	"github.com/xeipuuv/gojsonschema"
)

//go:embed *.schema.json
var files embed.FS

const (
	draft = "http://json-schema.org/draft-07/schema#"
	// base is what the $id of a schema begins with; the file's name follows.
	base   = "https://conformance.example/schemas/"
	suffix = ".schema.json"
)

// entry is one schema.
type entry struct {
	source   []byte
	shape    *shape
	compiled *gojsonschema.Schema
}

// root is a whole schema file.
type root struct {
	Draft string `json:"$schema"`
	ID    string `json:"$id"`
	shape
}

// load compiles every schema in the file system. It asks nobody else for anything: once
// link has found each $ref among the files, the schema loader knows them all by their $id.
func load(system fs.FS) (*Set, error) {
	set := &Set{entries: map[Name]*entry{}}
	shapes := map[string]*shape{}
	for _, name := range names {
		file := string(name) + suffix
		source, err := fs.ReadFile(system, file)
		if err != nil {
			return nil, fmt.Errorf("read schema: %w", err)
		}
		shape, err := readShape(file, source)
		if err != nil {
			return nil, fmt.Errorf("schema %s: %w", file, err)
		}
		shapes[file] = shape
		set.entries[name] = &entry{source: source, shape: shape}
	}
	loader := gojsonschema.NewSchemaLoader()
	for _, name := range names {
		file, entry := string(name)+suffix, set.entries[name]
		if err := entry.shape.link(shapes); err != nil {
			return nil, fmt.Errorf("schema %s: %w", file, err)
		}
		document, err := readDocument(entry.source)
		if err != nil {
			return nil, fmt.Errorf("schema %s: %w", file, err)
		}
		if err := loader.AddSchemas(gojsonschema.NewRawLoader(document)); err != nil {
			return nil, fmt.Errorf("schema %s: %w", file, err)
		}
	}
	for _, name := range names {
		file := string(name) + suffix
		compiled, err := loader.Compile(gojsonschema.NewReferenceLoader(base + file))
		if err != nil {
			return nil, fmt.Errorf("compile schema %s: %w", file, err)
		}
		set.entries[name].compiled = compiled
	}
	return set, nil
}

// readShape reads a schema strictly: a keyword that is misspelled, or that the phrases of
// a Problem know nothing of, is an error, where gojsonschema would overlook it.
func readShape(file string, source []byte) (*shape, error) {
	var read root
	if err := json.Unmarshal(source, &read, json.RejectUnknownMembers(true)); err != nil {
		return nil, err
	}
	if read.Draft != draft {
		return nil, fmt.Errorf("$schema is %q, expected %q", read.Draft, draft)
	}
	if want := base + file; read.ID != want {
		return nil, fmt.Errorf("$id is %q, expected %q", read.ID, want)
	}
	return &read.shape, nil
}

// readDocument reads a schema as gojsonschema wants it, with its patterns in Go's dialect.
func readDocument(source []byte) (any, error) {
	decoder := stdjson.NewDecoder(bytes.NewReader(source))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	translatePatterns(document)
	return document, nil
}

// The one pattern of the schemas, for a string that is not blank. A schema's patterns are
// those of ECMA-262, where \S is any character but Unicode's spaces (draft-07, validation,
// section 4.3); to Go's regexp, with which gojsonschema reads them, it is any but ASCII's.
const (
	notBlank   = `\S`
	goNotBlank = `[^\s\v\pZ\x{feff}]`
)

func translatePatterns(schema any) {
	keywords, _ := schema.(map[string]any)
	if keywords["pattern"] == notBlank {
		keywords["pattern"] = goNotBlank
	}
	members, _ := keywords["properties"].(map[string]any)
	for _, member := range members {
		translatePatterns(member)
	}
	if items, ok := keywords["items"]; ok {
		translatePatterns(items)
	}
}
