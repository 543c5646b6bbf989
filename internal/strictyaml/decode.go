package strictyaml

import (
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Decode fills into, a pointer to a struct or a map, from the document. It never fails:
// each value that does not fit is reported, and the place it would have filled stays as
// it is. Ask Err afterwards.
//
// A struct takes the keys that its fields name in their yaml tags; other fields are left
// alone. Fields can be structs, pointers, maps by text, slices, text, whole numbers,
// booleans, time.Duration ("10s") and time.Time (RFC 3339). Text takes any plain value as
// it is written: an account id may well look like a number.
//
// With an environ, ${NAME} in a value stands for an environment variable, and $${ for the
// characters ${ themselves. Without one, both are ordinary text.
func (d *Document) Decode(into any, environ func(name string) (string, bool)) {
	d.environ = environ
	d.decode(d.root, nil, reflect.ValueOf(into).Elem())
}

func (d *Document) decode(node *yaml.Node, path Path, into reflect.Value) {
	if scalar, found := scalarFor(into.Type()); found {
		d.decodeScalar(node, path, into, scalar)
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		if into.IsNil() {
			into.Set(reflect.New(into.Type().Elem()))
		}
		d.decode(node, path, into.Elem())
	case reflect.Struct:
		if d.expect(yaml.MappingNode, node, path) {
			d.decodeStruct(node, path, into)
		}
	case reflect.Map:
		if d.expect(yaml.MappingNode, node, path) {
			d.decodeMap(node, path, into)
		}
	case reflect.Slice:
		if d.expect(yaml.SequenceNode, node, path) {
			d.decodeSlice(node, path, into)
		}
	default:
		panic(fmt.Sprintf("strictyaml: %s cannot be read from YAML", into.Type()))
	}
}

func (d *Document) decodeStruct(node *yaml.Node, path Path, into reflect.Value) {
	fields := map[string]int{}
	var names []string
	for i := range into.NumField() {
		name, _, _ := strings.Cut(into.Type().Field(i).Tag.Get("yaml"), ",")
		if name != "" && name != "-" {
			fields[name] = i
			names = append(names, name)
		}
	}
	for i := 0; i < len(node.Content); i += 2 {
		key := node.Content[i].Value
		field, known := fields[key]
		if !known {
			d.ReportKey(path, key, names, "unknown key")
			continue
		}
		d.decode(node.Content[i+1], path.With(key), into.Field(field))
	}
}

func (d *Document) decodeMap(node *yaml.Node, path Path, into reflect.Value) {
	if into.IsNil() {
		into.Set(reflect.MakeMap(into.Type()))
	}
	for i := 0; i < len(node.Content); i += 2 {
		key := node.Content[i].Value
		value := reflect.New(into.Type().Elem()).Elem()
		d.decode(node.Content[i+1], path.With(key), value)
		into.SetMapIndex(reflect.ValueOf(key).Convert(into.Type().Key()), value)
	}
}

func (d *Document) decodeSlice(node *yaml.Node, path Path, into reflect.Value) {
	values := reflect.MakeSlice(into.Type(), len(node.Content), len(node.Content))
	for i, element := range node.Content {
		d.decode(element, path.element(i), values.Index(i))
	}
	into.Set(values)
}

// expect reports a node of another kind than the one wanted.
func (d *Document) expect(kind yaml.Kind, node *yaml.Node, path Path) bool {
	if node.Kind == kind {
		return true
	}
	d.Report(path, "expected %s, found %s", kindOf(&yaml.Node{Kind: kind}), kindOf(node))
	d.unread[path.String()] = true
	return false
}

func isNull(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null"
}

// kindOf names a node's kind for a reader who knows YAML only by example. It never
// repeats the value.
func kindOf(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	}
	if isNull(node) {
		return "nothing"
	}
	return "a single value"
}
