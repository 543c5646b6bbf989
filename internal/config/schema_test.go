package config

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"
	"github.com/xeipuuv/gojsonschema"
	"go.yaml.in/yaml/v3"

	"conformance/fixtures"
)

var update = flag.Bool("update", false, "write conformance.schema.json anew")

// duration is how Go spells a time.Duration, such as 1m30s.
const duration = `^([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h)(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h))*$`

// TestSchemaIsFresh makes the schema from the types of this package and compares.
// `go test ./internal/config -update` writes it.
func TestSchemaIsFresh(t *testing.T) {
	known, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	reflector := &jsonschema.Reflector{
		FieldNameTag: "yaml", Anonymous: true, ExpandedStruct: true, RequiredFromJSONSchemaTags: true,
		Mapper: func(of reflect.Type) *jsonschema.Schema {
			if of == reflect.TypeFor[time.Duration]() {
				// A variable may stand for it.
				return &jsonschema.Schema{Type: "string", Pattern: duration + `|\$\{`}
			}
			return nil
		},
	}
	if err := reflector.AddGoComments("conformance/internal/config", "."); err != nil {
		t.Fatal(err)
	}
	generated := reflector.Reflect(&Config{})
	generated.Title, generated.Description = "conformance.yaml", "What `conformance run --config` tests, and as whom."
	describe(generated)
	names := &jsonschema.Schema{}
	for _, credential := range known.Credentials {
		names.Enum = append(names.Enum, credential.Name)
	}
	property(t, generated, "credentials").PropertyNames = names
	waived := &jsonschema.Schema{}
	for _, path := range known.Paths {
		waived.Enum = append(waived.Enum, path.Status)
	}
	property(t, generated, "waive").PropertyNames = waived
	text, err := json.MarshalIndent(generated, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	if *update {
		if err := os.WriteFile("conformance.schema.json", text, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(Schema()), string(text)); diff != "" {
		t.Errorf("conformance.schema.json is stale; run: go test ./internal/config -update\n%s", diff)
	}
}

// goName is how a comment begins that speaks of its Go name.
var goName = regexp.MustCompile(`^[A-Z]\w* (?:is|are) `)

// describe makes sentences for readers of YAML of the comments.
func describe(schema *jsonschema.Schema) {
	text := strings.Join(strings.Fields(schema.Description), " ")
	if rest := goName.ReplaceAllString(text, ""); rest != text {
		text = strings.ToUpper(rest[:1]) + rest[1:]
	}
	schema.Description = text
	for pair := schema.Properties.Oldest(); pair != nil; pair = pair.Next() {
		describe(pair.Value)
	}
	for _, definition := range schema.Definitions {
		describe(definition)
	}
}

func property(t *testing.T, schema *jsonschema.Schema, name string) *jsonschema.Schema {
	t.Helper()
	found, has := schema.Properties.Get(name)
	if !has {
		t.Fatalf("the schema has no property %s", name)
	}
	return found
}

// TestSchemaJudgesAsLoadDoes: what one refuses for its shape, the other does.
func TestSchemaJudgesAsLoadDoes(t *testing.T) {
	compiled, err := gojsonschema.NewSchema(gojsonschema.NewBytesLoader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	set := func(string) (string, bool) { return "a-value", true }
	for name, test := range map[string]struct {
		text  string
		right bool
	}{
		"the starter":          {string(Starter()), true},
		"a target alone":       {"target: {url: http://127.0.0.1}", true},
		"everything":           {"target: {url: http://127.0.0.1, timeout: 1m30s, headers: {X-Env: a}, tls: {caFile: a, certFile: b, keyFile: c}, rateLimit: {requests: 9, per: 1.5s}}\ncredentials: {helpdesk: {clientCredentials: {tokenURL: https://a.test, clientID: x, clientSecretFile: f, scopes: [a, b]}}}\nprovoke: {rateLimit: {requests: 3, concurrency: 1, maxWait: 500ms, headers: {A: b}}, internalFault: {account: boom, headers: {A: b}, body: x}}", true},
		"an unknown key":       {"target: {url: http://127.0.0.1, timout: 1s}", false},
		"an unknown section":   {"targets: {url: http://127.0.0.1}", false},
		"an unknown name":      {"target: {url: http://127.0.0.1}\ncredentials: {admin: {token: abcdefgh}}", false},
		"an unknown path":      {"target: {url: http://127.0.0.1}\nwaive: {\"418\": no}", false},
		"a number for a time":  {"target: {url: http://127.0.0.1, timeout: 10}", false},
		"a text for a number":  {"target: {url: http://127.0.0.1, rateLimit: {requests: many, per: 1s}}", false},
		"a list for a mapping": {"target: [http://127.0.0.1]", false},
		"no time":              {"target: {url: http://127.0.0.1, timeout: soon}", false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(filepath.Join(t.TempDir(), "c.yaml"), []byte(test.text), set)
			if (err == nil) != test.right {
				t.Errorf("Parse: %v", err)
			}
			var value any
			if err := yaml.Unmarshal([]byte(test.text), &value); err != nil {
				t.Fatal(err)
			}
			asJSON, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			result, err := compiled.Validate(gojsonschema.NewBytesLoader(asJSON))
			if err != nil {
				t.Fatal(err)
			}
			if result.Valid() != test.right {
				t.Errorf("the schema: %v", result.Errors())
			}
		})
	}
}
