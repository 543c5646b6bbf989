package schemas

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
)

// shape is what a schema says of one value. Its fields are all the keywords that the
// schemas may use, so that each of them can be put into words for a reader.
type shape struct {
	Ref         string            `json:"$ref"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Type        kinds             `json:"type"`
	Required    []string          `json:"required"`
	Properties  map[string]*shape `json:"properties"`
	Items       *shape            `json:"items"`
	MinItems    int               `json:"minItems"`
	Pattern     string            `json:"pattern"`
	Examples    []any             `json:"examples"`
}

// kinds are the JSON types that a value may have. In a schema they are a list, or one
// name by itself.
type kinds []string

// UnmarshalJSON reads a name or a list of names.
func (k *kinds) UnmarshalJSON(data []byte) error {
	if data[0] != '"' {
		return json.Unmarshal(data, (*[]string)(k))
	}
	*k = kinds{""}
	return json.Unmarshal(data, &(*k)[0])
}

// nouns puts the JSON types into words.
var nouns = map[string]struct{ one, many string }{
	"object":  {"an object", "objects"},
	"array":   {"an array", "arrays"},
	"string":  {"a string", "strings"},
	"boolean": {"a boolean", "booleans"},
	"number":  {"a number", "numbers"},
	"integer": {"an integer", "integers"},
	"null":    {"null", "nulls"},
}

// link puts the shapes of other files in the place of the references to them, and checks
// that every part of the shape can be put into words.
func (s *shape) link(files map[string]*shape) error {
	if len(s.Type) == 0 {
		return errors.New("type is missing")
	}
	for _, kind := range s.Type {
		if _, ok := nouns[kind]; !ok {
			return fmt.Errorf("type %q is not one of JSON's", kind)
		}
	}
	if s.Pattern != "" && s.Pattern != notBlank {
		return fmt.Errorf("pattern is %q, expected %q or none", s.Pattern, notBlank)
	}
	for _, name := range s.Required {
		if s.Properties[name] == nil {
			return fmt.Errorf("required names %q, which is not among the properties", name)
		}
	}
	for name, member := range s.Properties {
		linked, err := member.resolve(files)
		if err != nil {
			return fmt.Errorf("properties/%s: %w", name, err)
		}
		s.Properties[name] = linked
	}
	if s.Items != nil {
		linked, err := s.Items.resolve(files)
		if err != nil {
			return fmt.Errorf("items: %w", err)
		}
		s.Items = linked
	}
	return nil
}

// resolve is the shape that s stands for: that of another file, or s itself, linked.
func (s *shape) resolve(files map[string]*shape) (*shape, error) {
	if s.Ref == "" {
		return s, s.link(files)
	}
	target, ok := files[s.Ref]
	if !ok {
		return nil, fmt.Errorf("$ref is %q, expected the name of a schema's file", s.Ref)
	}
	return target, nil
}

// at is the shape of the value that a path leads to.
func (s *shape) at(path []string) *shape {
	for _, step := range path {
		if s.Items != nil {
			s = s.Items
		} else {
			s = s.Properties[step]
		}
	}
	return s
}

// phrase says what the shape expects, such as "a string or null".
func (s *shape) phrase() string {
	alternatives := make([]string, len(s.Type))
	for i, kind := range s.Type {
		alternatives[i] = nouns[kind].one
		switch {
		case kind == "string" && s.Pattern == notBlank:
			alternatives[i] += " that is not blank"
		case kind == "array" && s.Items != nil:
			alternatives[i] += " of " + s.phraseItems()
		}
	}
	return strings.Join(alternatives, " or ")
}

// phraseItems says what an array holds, such as "at least one object".
func (s *shape) phraseItems() string {
	noun := nouns[s.Items.Type[0]]
	switch s.MinItems {
	case 0:
		return noun.many
	case 1:
		return "at least one " + strings.TrimPrefix(strings.TrimPrefix(noun.one, "an "), "a ")
	default:
		return fmt.Sprintf("at least %d %s", s.MinItems, noun.many)
	}
}
