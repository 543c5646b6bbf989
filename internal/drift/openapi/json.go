package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// deepest bounds how deep the values of a document may be nested.
const deepest = 500

// errDeep is the error for a document that is nested deeper than that.
var errDeep = fmt.Errorf("nested more than %d levels deep", deepest)

// parseJSON reads JSON as the tree that YAML is read as, with the line of each value.
func parseJSON(data []byte) (*yaml.Node, error) {
	r := &jsonReader{data: data, line: 1, decoder: json.NewDecoder(bytes.NewReader(data))}
	r.decoder.UseNumber()
	top, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := r.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more behind the JSON value")
	}
	return top, nil
}

// jsonReader makes nodes of the tokens of a decoder.
type jsonReader struct {
	data    []byte
	decoder *json.Decoder
	// line is the line of the offset, both of the token read last.
	line, offset int
}

func (r *jsonReader) token() (json.Token, error) {
	token, err := r.decoder.Token()
	end := int(r.decoder.InputOffset())
	r.line += bytes.Count(r.data[r.offset:end], []byte{'\n'})
	r.offset = end
	return token, err
}

func (r *jsonReader) value(depth int) (*yaml.Node, error) {
	if depth > deepest {
		return nil, errDeep
	}
	token, err := r.token()
	if err != nil {
		return nil, err
	}
	node := &yaml.Node{Kind: yaml.ScalarNode, Line: r.line}
	switch value := token.(type) {
	case json.Delim:
		return r.collection(value, node, depth)
	case string:
		node.Tag, node.Value, node.Style = "!!str", value, yaml.DoubleQuotedStyle
	case json.Number:
		node.Tag, node.Value = "!!float", value.String()
	case bool:
		node.Tag, node.Value = "!!bool", fmt.Sprint(value)
	case nil:
		node.Tag, node.Value = "!!null", "null"
	}
	return node, nil
}

func (r *jsonReader) collection(opening json.Delim, node *yaml.Node, depth int) (*yaml.Node, error) {
	node.Kind = yaml.SequenceNode
	if opening == '{' {
		node.Kind = yaml.MappingNode
	}
	for r.decoder.More() {
		element, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, element)
	}
	_, err := r.token()
	return node, err
}
