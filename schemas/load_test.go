package schemas

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/xeipuuv/gojsonschema"
)

func TestLoadNamesTheFileThatIsWrong(t *testing.T) {
	tests := []struct {
		about, file, old, new, want string
	}{
		{"not JSON", "task.schema.json", `"required"`, `required`, "invalid character 'r'"},
		{"something behind it", "task.schema.json", "}\n}\n", "}\n}\n[]", "after top-level value"},
		{"a keyword that is misspelled", "request.schema.json", `"type": "boolean"`, `"typ": "boolean"`, `unknown object member name "typ"`},
		{"a keyword in another case", "error.schema.json", `"minItems"`, `"minitems"`, `unknown object member name "minitems"`},
		{"a keyword given twice", "task.schema.json", `"type": "object",`, `"type": "object", "type": "object",`, `duplicate object member name "type"`},
		{"a keyword of the wrong type", "task.schema.json", `["id"]`, `"id"`, "/required"},
		{"a type that JSON does not have", "message.schema.json", `["string", "null"]`, `["text", "null"]`, `type "text"`},
		{"no type", "message.schema.json", `"type": "string",`, ``, "properties/text: type is missing"},
		{"a required member that is unknown", "error.schema.json", `["detailCode", `, `["detailcode", `, `"detailcode", which is not among the properties`},
		{"a reference to nothing", "error.schema.json", `"message.schema.json"`, `"nowhere.schema.json"`, `$ref is "nowhere.schema.json"`},
		{"a reference to the network", "error.schema.json", `"message.schema.json"`, `"https://conformance.example/message"`, `$ref is "https://conformance.example/message"`},
		{"a pattern that has no words", "task.schema.json", `"\\S"`, `"^[0-9a-f]+$"`, `pattern is "^[0-9a-f]+$"`},
		{"a bound that gojsonschema refuses", "error.schema.json", `"minItems": 1`, `"minItems": -1`, "minItems"},
		{"another draft", "rate-limit.schema.json", `draft-07`, `draft-04`, `$schema is "http://json-schema.org/draft-04/schema#"`},
		{"the id of another file", "unauthorized.schema.json", `/unauthorized.`, `/task.`, `$id is "https://conformance.example/schemas/task.schema.json"`},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			system := copyOf(t)
			text := strings.Replace(string(system[test.file].Data), test.old, test.new, 1)
			if text == string(system[test.file].Data) {
				t.Fatalf("%s does not hold %s", test.file, test.old)
			}
			system[test.file] = &fstest.MapFile{Data: []byte(text)}
			set, err := load(system)
			if err == nil || set != nil {
				t.Fatalf("load gives %v, %v; expected an error", set, err)
			}
			for _, part := range []string{test.file, test.want} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q does not say %q", err, part)
				}
			}
		})
	}
}

func TestLoadNamesTheFileThatIsMissing(t *testing.T) {
	for _, name := range names {
		system := copyOf(t)
		file := string(name) + ".schema.json"
		delete(system, file)
		if _, err := load(system); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("error %v does not name %s", err, file)
		}
	}
}

func TestMustLoadPanicsWithTheFile(t *testing.T) {
	defer func() {
		if message, _ := recover().(string); !strings.Contains(message, "task.schema.json") {
			t.Errorf("panic %q, expected it to name the file", message)
		}
	}()
	must(load(fstest.MapFS{}))
}

func TestLoadCompilesOnce(t *testing.T) {
	first, second := MustLoad(), MustLoad()
	if first != second {
		t.Error("two loads give two sets")
	}
}

func TestEveryFileIsLoaded(t *testing.T) {
	unknown := copyOf(t)
	for _, name := range names {
		delete(unknown, string(name)+".schema.json")
	}
	for file := range maps.Keys(unknown) {
		t.Errorf("%s is not among the names", file)
	}
}

func TestEveryMemberIsDescribed(t *testing.T) {
	for _, name := range names {
		shape := MustLoad().entry(name).shape
		if shape.Title == "" || shape.Description == "" {
			t.Errorf("%s has no title or no description", name)
		}
		for member, shape := range shape.Properties {
			if shape.Description == "" {
				t.Errorf("%s: %s has no description", name, member)
			}
			if shape.Properties != nil {
				t.Errorf("%s: %s is an object of its own, whose members nobody looks at here", name, member)
			}
		}
	}
}

// The schemas are right by draft-07's own schema, which gojsonschema brings along.
func TestSchemasFollowTheirDraft(t *testing.T) {
	for _, name := range names {
		loader := gojsonschema.NewSchemaLoader()
		loader.Validate = true
		if err := loader.AddSchemas(gojsonschema.NewBytesLoader(MustLoad().Source(name))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// copyOf is the embedded files as a file system that a test may change.
func copyOf(t *testing.T) fstest.MapFS {
	t.Helper()
	entries, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	system := fstest.MapFS{}
	for _, entry := range entries {
		data, err := files.ReadFile(entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		system[entry.Name()] = &fstest.MapFile{Data: data}
	}
	return system
}
