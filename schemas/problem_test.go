package schemas

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/xeipuuv/gojsonschema"
)

func TestPointer(t *testing.T) {
	tests := []struct {
		path []string
		want string
	}{
		{nil, ""},
		{[]string{"messages", "0", "text"}, "/messages/0/text"},
		{[]string{""}, "/"},
		{[]string{"a/b"}, "/a~1b"},
		{[]string{"m~n"}, "/m~0n"},
		{[]string{"~1"}, "/~01"},
		{[]string{"a.b", "c d"}, "/a.b/c d"},
	}
	for _, test := range tests {
		if got := pointer(test.path); got != test.want {
			t.Errorf("pointer(%q) = %q, want %q", test.path, got, test.want)
		}
	}
}

// The names of members may hold anything that gojsonschema's own paths are made of.
func TestPathOfKeepsNamesWhole(t *testing.T) {
	schema, err := gojsonschema.NewSchema(gojsonschema.NewStringLoader(
		`{"additionalProperties": {"items": {"required": ["x/y.z"]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"plain", "a.b", "(root)", "", "nul\x00nul", "ÿ", "\ufffd"} {
		result, err := schema.Validate(gojsonschema.NewRawLoader(map[string]any{name: []any{map[string]any{}}}))
		if err != nil || len(result.Errors()) != 1 {
			t.Fatalf("%q: %v, %v", name, result, err)
		}
		path := pathOf(result.Errors()[0])
		if len(path) != 3 || path[0] != name || path[1] != "0" || path[2] != "x/y.z" {
			t.Errorf("path %q, want %q", path, []string{name, "0", "x/y.z"})
		}
	}
}

func TestDescribeCutsAndEscapes(t *testing.T) {
	tests := []struct {
		about string
		value any
		want  string
	}{
		{"eighty characters", strings.Repeat("é", 80), `string "` + strings.Repeat("é", 80) + `"`},
		{"one more", strings.Repeat("é", 81), `string "` + strings.Repeat("é", 80) + `…"`},
		{"control characters", "a\x00\x1b[31m\u202e\"\\", `string "a\x00\x1b[31m\u202e\"\\"`},
		{"an escape at the limit", strings.Repeat("a", 77) + "\x00", `string "` + strings.Repeat("a", 77) + `…"`},
		{"eighty digits", json.Number(strings.Repeat("9", 80)), "number " + strings.Repeat("9", 80)},
		{"a long number", json.Number(strings.Repeat("9", 81)), "number " + strings.Repeat("9", 80) + "…"},
		{"a number as it was written", json.Number("1E+400"), "number 1E+400"},
		{"a float", 0.5, "number 0.5"},
		{"one element", []any{nil}, "array of 1 element"},
		{"two members", map[string]any{"a": 1, "b": 2}, "object of 2 members"},
	}
	for _, test := range tests {
		if got := describe(test.value); got != test.want {
			t.Errorf("%s: %s, want %s", test.about, got, test.want)
		}
	}
}
