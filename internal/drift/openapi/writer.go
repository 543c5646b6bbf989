package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// mostValues and largestText bound how many values and bytes an operation may grow to when its
// references are replaced by what they stand for.
const (
	mostValues  = 100_000
	largestText = 16 << 20
)

// writer writes an operation as JSON, one value a line, and notes where each line came from.
// JSON rather than YAML: a parser of YAML reads it too, and nothing in it can be mistaken.
type writer struct {
	files *files
	text  bytes.Buffer
	lines []Source
	// active are the nodes that are being written, to notice one that contains itself.
	active map[*yaml.Node]bool
	values int
	// siblings says that members beside a reference count, as in OpenAPI 3.1.
	siblings bool
	err      error
}

// place says what the members of a mapping are, and with that which of them are left out.
type place int

const (
	object place = iota // members with a meaning in OpenAPI
	names               // members that the author of the document named
	data                // a value that is not OpenAPI: nothing in it is a reference
)

// named are the members whose own members the author named.
var named = []string{
	"properties", "patternProperties", "dependentSchemas", "$defs", "definitions", "responses",
	"content", "headers", "securitySchemes", "scopes", "encoding", "mapping", "flows",
}

// plain are the members whose values are no OpenAPI.
var plain = []string{"default", "enum", "const", "required", "dependentRequired", "security"}

// left are the members that are left out.
var left = []string{"example", "examples", "links", "callbacks", "externalDocs", "tags", "servers", "xml"}

// kept are the extensions that are not left out. They say who may call the operation, what
// oasdiff asks for, and what this project's own document adds.
var kept = []string{
	"x-sailpoint-userLevels", "x-authorities", "x-conditional-scopes", "x-extensible-enum",
	"x-stability-level", "x-sunset",
}

// below says what the members of a member's value are, and whether it is written at all.
func (p place) below(key string) (place, bool) {
	switch {
	case p == data:
		return data, true
	case p == names:
		return object, true
	case slices.Contains(left, key), strings.HasPrefix(key, "x-") && !slices.Contains(kept, key):
		return object, false
	case slices.Contains(plain, key), strings.HasPrefix(key, "x-"):
		return data, true
	case slices.Contains(named, key):
		return names, true
	}
	return object, true
}

// document writes a document that holds one operation.
func (w *writer) document(top *file, path string, operation Operation, found found) {
	at := Source{found.item.file.name, found.line}
	version := text(member(top.top, "openapi"))
	w.siblings = strings.HasPrefix(version, "3.1")
	w.line(at, fmt.Sprintf(`{"openapi": %s, "info": {"title": "one operation", "version": "1"}, "paths": {%s: {`,
		quote(version), quote(path)))
	if shared := member(found.item.node, "parameters"); shared != nil {
		w.line(at, `"parameters": `)
		w.value(located{shared, found.item.file}, object)
		w.text.WriteString(",")
	}
	w.line(at, quote(strings.ToLower(operation.Method))+`: `)
	security := located{member(found.operation.node, "security"), found.operation.file}
	if general := member(top.top, "security"); security.node == nil && general != nil {
		security = located{general, top}
		w.text.WriteString("{")
		inherited := []pair{{"security", general, general}}
		w.member(0, inherited[0], top, object)
		w.members(found.operation, object, inherited)
	} else {
		w.value(found.operation, object)
	}
	w.line(at, `}}, "components": {"securitySchemes": {`)
	w.schemes(top, security.node)
	w.text.WriteString(`}}}`)
}

// schemes writes the security schemes that the requirements name.
func (w *writer) schemes(top *file, security *yaml.Node) {
	if security == nil {
		return
	}
	defined := member(member(top.top, "components"), "securitySchemes")
	var written []string
	for _, alternative := range security.Content {
		for _, scheme := range pairs(alternative) {
			definition := member(defined, scheme.key)
			if definition == nil || slices.Contains(written, scheme.key) {
				continue
			}
			if len(written) > 0 {
				w.text.WriteString(", ")
			}
			written = append(written, scheme.key)
			w.line(Source{top.name, definition.Line}, quote(scheme.key)+": ")
			w.value(located{definition, top}, object)
		}
	}
}

// line begins a line with a text. What is written until the next one begins comes from there.
func (w *writer) line(from Source, text string) {
	w.text.WriteString("\n" + text)
	w.lines = append(w.lines, from)
}

// value writes a value in place of whatever reference it is.
func (w *writer) value(at located, p place) {
	if w.err != nil {
		return
	}
	if w.values++; w.values > mostValues || w.text.Len() > largestText {
		w.err = at.errorf("with all that it refers to, the operation has more than %d values or %d bytes", mostValues, largestText)
		return
	}
	original := at
	if p != data {
		if at, w.err = w.files.resolve(at); w.err != nil {
			return
		}
	}
	if w.active[at.node] {
		w.text.WriteString("{}")
		return
	}
	if len(w.active) > deepest {
		w.err = at.errorf("%w", errDeep)
		return
	}
	w.active[at.node] = true
	defer delete(w.active, at.node)
	switch at.node.Kind {
	case yaml.MappingNode:
		if extra := beside(original, at); w.siblings && len(extra) > 0 {
			w.joined(at, p, original, extra)
			return
		}
		w.text.WriteString("{")
		w.members(at, p, nil)
	case yaml.SequenceNode:
		w.text.WriteString("[")
		for i, element := range at.node.Content {
			w.next(i, Source{at.file.name, element.Line})
			w.value(located{aliased(element), at.file}, p)
		}
		w.text.WriteString("]")
	default:
		w.text.WriteString(scalar(at.node))
	}
}

// members writes the members of a mapping and the brace behind them. It leaves out those that
// have been written in front of them.
func (w *writer) members(at located, p place, written []pair) {
	count := len(written)
	for _, member := range pairs(at.node) {
		if slices.ContainsFunc(written, func(other pair) bool { return other.key == member.key }) {
			continue
		}
		if w.member(count, member, at.file, p) {
			count++
		}
	}
	w.text.WriteString("}")
}

// member writes one member behind a number of others; false when it is left out.
func (w *writer) member(count int, member pair, from *file, p place) bool {
	below, write := p.below(member.key)
	if !write {
		return false
	}
	w.next(count, Source{from.name, member.at.Line})
	w.text.WriteString(quote(member.key) + ": ")
	w.value(located{aliased(member.value), from}, below)
	return true
}

// next begins the line of an element, behind a comma unless it is the first.
func (w *writer) next(written int, from Source) {
	if written > 0 {
		w.text.WriteString(",")
	}
	w.line(from, "")
}

// joined writes the target of a reference together with what stands beside the reference.
// OpenAPI 3.1 lets a description and a summary replace those of the target, and a schema add
// to it.
func (w *writer) joined(target located, p place, original located, extra []pair) {
	if slices.ContainsFunc(extra, func(member pair) bool { return !slices.Contains(replacing, member.key) }) {
		w.text.WriteString(`{"allOf": [{`)
		w.members(target, p, nil)
		w.text.WriteString(`, {`)
		for i, member := range extra {
			w.member(i, member, original.file, p)
		}
		w.text.WriteString(`}]}`)
		return
	}
	w.text.WriteString(`{`)
	for i, member := range extra {
		w.member(i, member, original.file, p)
	}
	w.members(target, p, extra)
}

// replacing are the members that replace those of the target of the reference beside them.
var replacing = []string{"description", "summary"}

// beside are the members that stand beside a reference.
func beside(original, target located) []pair {
	if original.node == target.node {
		return nil
	}
	var extra []pair
	for _, member := range pairs(original.node) {
		if member.key != "$ref" {
			extra = append(extra, member)
		}
	}
	return extra
}

// scalar is a single value as JSON.
func scalar(node *yaml.Node) string {
	switch node.ShortTag() {
	case "!!null":
		return "null"
	case "!!bool", "!!int", "!!float":
		var value any
		if err := node.Decode(&value); err == nil {
			if number, err := json.Marshal(value); err == nil {
				return string(number)
			}
		}
	}
	return quote(node.Value)
}

// quote is a text as JSON that a parser of YAML reads alike: U+0085 breaks a line there.
func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		return `""` // a text can always be written
	}
	return strings.ReplaceAll(strings.ReplaceAll(string(quoted), "\u0085", `\u0085`), "\x7f", `\u007f`)
}
