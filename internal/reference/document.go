package reference

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// object is a JSON object that keeps the order of its members and may, unlike a Go map,
// have a name twice: some faults are just that.
type object struct{ members []member }

type member struct {
	name  string
	value any
}

// array is a JSON array. It is a pointer inside documents, so that edits reach it.
type array struct{ items []any }

// literal is JSON text that goes into a document as it is.
type literal string

// members makes an object of names and values that take turns.
func members(namesAndValues ...any) *object {
	o := &object{}
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		o.members = append(o.members, member{namesAndValues[i].(string), namesAndValues[i+1]})
	}
	return o
}

func list(items ...any) *array { return &array{items: items} }

// index is the position of a member, or -1.
func (o *object) index(name string) int {
	for i, m := range o.members {
		if m.name == name {
			return i
		}
	}
	return -1
}

// get is the value of a member, or nil.
func (o *object) get(name string) any {
	if i := o.index(name); i >= 0 {
		return o.members[i].value
	}
	return nil
}

// put sets a member, at its place or at the end.
func (o *object) put(name string, value any) {
	if i := o.index(name); i >= 0 {
		o.members[i].value = value
		return
	}
	o.members = append(o.members, member{name, value})
}

// encode spells a document as JSON, without white space.
func encode(document any) []byte {
	var buffer bytes.Buffer
	write(&buffer, document)
	return buffer.Bytes()
}

func write(buffer *bytes.Buffer, value any) {
	switch value := value.(type) {
	case *object:
		buffer.WriteByte('{')
		for i, m := range value.members {
			separate(buffer, i)
			write(buffer, m.name)
			buffer.WriteByte(':')
			write(buffer, m.value)
		}
		buffer.WriteByte('}')
	case *array:
		buffer.WriteByte('[')
		for i, item := range value.items {
			separate(buffer, i)
			write(buffer, item)
		}
		buffer.WriteByte(']')
	case literal:
		buffer.WriteString(string(value))
	case string:
		// Texts may hold bytes of a request; what is not UTF-8 is replaced.
		quoted, err := jsontext.AppendQuote(nil, strings.ToValidUTF8(value, "\ufffd"))
		if err != nil {
			panic(fmt.Sprintf("reference: quote a string: %v", err))
		}
		buffer.Write(quoted)
	default:
		fmt.Fprint(buffer, value) // booleans and whole numbers
	}
}

func separate(buffer *bytes.Buffer, position int) {
	if position > 0 {
		buffer.WriteByte(',')
	}
}
