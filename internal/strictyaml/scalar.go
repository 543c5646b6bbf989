package strictyaml

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// scalar is how the text of a single value becomes a Go value of one type.
type scalar struct {
	// expected describes the values for an error.
	expected string
	// tag is the YAML type that the value must have where it stands unquoted in the file;
	// empty when every one will do.
	tag string
	// set fills in the value, or says that the text is none.
	set func(into reflect.Value, text string) bool
}

var (
	byType = map[reflect.Type]scalar{
		reflect.TypeFor[time.Duration](): {"a duration such as 10s", "", setDuration},
		reflect.TypeFor[time.Time]():     {"a time such as 2027-01-31T12:00:00Z", "", setTime},
	}
	text    = scalar{"text", "", setText}
	truth   = scalar{"true or false", "!!bool", setBool}
	number  = scalar{"a whole number", "!!int", setInt}
	counted = scalar{"a whole number, not negative", "!!int", setUint}
	byKind  = map[reflect.Kind]scalar{
		reflect.String: text, reflect.Bool: truth,
		reflect.Int: number, reflect.Int8: number, reflect.Int16: number, reflect.Int32: number, reflect.Int64: number,
		reflect.Uint: counted, reflect.Uint8: counted, reflect.Uint16: counted, reflect.Uint32: counted, reflect.Uint64: counted,
	}
)

func scalarFor(t reflect.Type) (scalar, bool) {
	if s, found := byType[t]; found {
		return s, true
	}
	s, found := byKind[t.Kind()]
	return s, found
}

func (d *Document) decodeScalar(node *yaml.Node, path Path, into reflect.Value, s scalar) {
	if node.Kind != yaml.ScalarNode || isNull(node) {
		d.Report(path, "expected %s, found %s", s.expected, kindOf(node))
		return
	}
	expanded, err := d.expand(node.Value)
	if err != nil {
		d.Report(path, "%v", err)
		return
	}
	if len(expanded.variables) > 0 {
		d.fromEnvironment[path.String()] = true
		if !s.set(into, expanded.text) {
			d.Report(path, "expected %s, found something else in the environment variable %s",
				s.expected, strings.Join(expanded.variables, ", "))
		}
		return
	}
	if s.tag != "" && node.ShortTag() != s.tag || !s.set(into, expanded.text) {
		d.Report(path, "expected %s, found %s", s.expected, found(expanded.text))
	}
}

// found repeats a value in an error, if it is short.
func found(text string) string {
	const most = 40
	if len(text) > most {
		return fmt.Sprintf("a text of %d bytes", len(text))
	}
	return strconv.Quote(text)
}

func setText(into reflect.Value, text string) bool {
	into.SetString(text)
	return true
}

// setBool takes the two words of YAML 1.2 and none of the many of YAML 1.1.
func setBool(into reflect.Value, text string) bool {
	into.SetBool(text == "true")
	return text == "true" || text == "false"
}

func setInt(into reflect.Value, text string) bool {
	value, err := strconv.ParseInt(text, 10, into.Type().Bits())
	if err == nil {
		into.SetInt(value)
	}
	return err == nil
}

func setUint(into reflect.Value, text string) bool {
	value, err := strconv.ParseUint(text, 10, into.Type().Bits())
	if err == nil {
		into.SetUint(value)
	}
	return err == nil
}

func setDuration(into reflect.Value, text string) bool {
	value, err := time.ParseDuration(text)
	if err == nil {
		into.SetInt(int64(value))
	}
	return err == nil
}

func setTime(into reflect.Value, text string) bool {
	value, err := time.Parse(time.RFC3339, text)
	if err == nil {
		into.Set(reflect.ValueOf(value))
	}
	return err == nil
}
