package session

import (
	"net/http"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"
)

// The types of this file read what versions of go-vcr write in several ways, and hands in more.

// parsedDuration is a duration as any version of go-vcr writes it. Version 1 has an empty
// text where none was measured.
type parsedDuration time.Duration

// UnmarshalYAML reads nothing, or a duration with its unit.
func (d *parsedDuration) UnmarshalYAML(node *yaml.Node) error {
	if node.Value == "" && node.Kind == yaml.ScalarNode {
		return nil
	}
	return node.Decode((*time.Duration)(d))
}

// parsedHeader is a header as any version of go-vcr writes it, or by hand with a value in the place
// of a list.
type parsedHeader http.Header

// UnmarshalYAML reads a mapping of lists, values and nothing.
func (h *parsedHeader) UnmarshalYAML(node *yaml.Node) error {
	var fields map[string]parsedValues
	if err := node.Decode(&fields); err != nil || fields == nil {
		return err
	}
	*h = make(parsedHeader, len(fields))
	for name, values := range fields {
		(*h)[name] = values
	}
	return nil
}

// parsedValues are the values of a header field.
type parsedValues []string

// UnmarshalYAML reads a list, or a value.
func (v *parsedValues) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode || node.Tag == "!!null" {
		return node.Decode((*[]string)(v))
	}
	*v = []string{""}
	return node.Decode(&(*v)[0])
}

// parsedCode is a status, which a hand may have put in quotes.
type parsedCode int

// UnmarshalYAML reads a whole number.
func (c *parsedCode) UnmarshalYAML(node *yaml.Node) error {
	if code, err := strconv.Atoi(node.Value); err == nil && node.Kind == yaml.ScalarNode {
		*c = parsedCode(code)
		return nil
	}
	return node.Decode((*int)(c))
}
