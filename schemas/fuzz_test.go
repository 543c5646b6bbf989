package schemas

import (
	"bytes"
	"encoding/json"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzValidate holds Validate to what is true of any document: it does not panic, it
// repeats itself, and a member that the page does not name makes nothing worse.
func FuzzValidate(f *testing.F) {
	for _, test := range wrong {
		f.Add([]byte(test.text))
	}
	for _, test := range right {
		f.Add([]byte(test.text))
	}
	f.Add([]byte(`{"id":1e999999999,"messages":[{"text":-1e-999999999}]}`))
	set := MustLoad()
	other, err := load(files)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		var document any
		if decoder.Decode(&document) != nil {
			return
		}
		for _, name := range names {
			problems := set.Validate(name, document)
			if diff := cmp.Diff(problems, other.Validate(name, document)); diff != "" {
				t.Errorf("%s: two sets do not agree:\n%s", name, diff)
			}
			if diff := cmp.Diff(problems, set.Validate(name, withUnknownMember(document))); diff != "" {
				t.Errorf("%s: an unknown member makes a difference (-without +with):\n%s", name, diff)
			}
		}
	})
}

// withUnknownMember is a copy of the document with one more member in the object itself
// and in each of its messages and causes.
func withUnknownMember(document any) any {
	object, ok := document.(map[string]any)
	if !ok {
		return document
	}
	object = maps.Clone(object)
	object["unknown/~ member"] = []any{nil, json.Number("1e999999999")}
	for _, list := range []string{"messages", "causes"} {
		elements, ok := object[list].([]any)
		if !ok {
			continue
		}
		copied := []any{}
		for _, element := range elements {
			if message, ok := element.(map[string]any); ok {
				message = maps.Clone(message)
				message["unknown"] = true
				element = message
			}
			copied = append(copied, element)
		}
		object[list] = copied
	}
	return object
}
