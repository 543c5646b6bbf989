package openapi

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// folder writes files and returns where.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// with is a document whose 202 has the schema.
func with(version, schema string) string {
	return fmt.Sprintf("openapi: %s\npaths:\n  /accounts/{id}/unlock:\n    post:\n      responses:\n        '202':\n          description: x\n          content:\n            application/json:\n              schema: %s\n", version, schema)
}

// accepted is the schema of the 202.
func accepted(d *Document) *openapi3.Schema {
	return d.Operation.Responses.Value("202").Value.Content["application/json"].Schema.Value
}

// The document of a vendor is spread over folders; its references go up and down, through
// chains, into the middle of files and to whole ones.
func TestReferencesAcrossFiles(t *testing.T) {
	root := folder(t, map[string]string{
		"api/openapi.yaml":         "openapi: 3.0.3\npaths:\n  /accounts/{id}/unlock: {$ref: ./paths/unlock.yaml}\n  /broken: {$ref: nowhere.yaml}\n",
		"api/paths/unlock.yaml":    "post:\n  responses:\n    '202':\n      $ref: '../shared/answers.yaml#/answers/task~1accepted'\n",
		"api/shared/answers.yaml":  "answers:\n  task/accepted:\n    description: x\n    content:\n      application/json:\n        schema: {$ref: '#/alias'}\nalias: {$ref: '#/again'}\nagain: {$ref: '../../schemas/task.json'}\n",
		"schemas/task.json":        "{\n\t\"type\": \"object\",\n\t\"properties\": {\n\t\t\"id\": {\"$ref\": \"deep/id.yaml#/definitions/task%20id\"}\n\t}\n}",
		"schemas/deep/id.yaml":     "definitions:\n  task id:\n    type: string\n    maxLength: 32\n",
		"schemas/deep/unread.yaml": "{",
	})
	path := filepath.Join(root, "api", "openapi.yaml")
	document, err := Load(path, unlock, root)
	if err != nil {
		t.Fatal(err)
	}
	id := accepted(document).Properties["id"].Value
	if id.MaxLength == nil || *id.MaxLength != 32 {
		t.Errorf("got %+v", id)
	}
	if got, want := document.FieldSource(id.Origin, "maxLength").String(), filepath.Join(root, "schemas", "deep", "id.yaml")+":4"; got != want {
		t.Errorf("maxLength stands at %s, want %s", got, want)
	}
	if got, want := document.Source(id.Origin).String(), filepath.Join(root, "schemas", "task.json")+":4"; got != want {
		t.Errorf("id stands at %s, want %s", got, want)
	}
	if _, err := Load(path, unlock, ""); err == nil || !strings.Contains(err.Error(), "outside the folder") {
		t.Errorf("without a root folder the files beside the document's are out of reach: got %v", err)
	}
}

func TestReferencesThatCannotBeFollowed(t *testing.T) {
	for name, row := range map[string]struct{ schema, want string }{
		"remote":          {"{$ref: 'https://vendor.example/task.yaml#/Task'}", `line 10: $ref "https://vendor.example/task.yaml#/Task": it is elsewhere, and nothing is fetched: save it as a file beside the document and refer to that`},
		"remote, bare":    {"{$ref: '//vendor.example/task.yaml'}", "it is elsewhere, and nothing is fetched"},
		"a file URL":      {"{$ref: 'file:///etc/passwd'}", "it is elsewhere, and nothing is fetched"},
		"an absolute one": {"{$ref: /etc/passwd}", "it is outside the folder"},
		"upwards":         {"{$ref: ../secret.yaml}", "it is outside the folder"},
		"a link out":      {"{$ref: link.yaml}", "link.yaml cannot be read"},
		"no such file":    {"{$ref: none.yaml}", "none.yaml cannot be read: no such file or directory"},
		"no such key":     {"{$ref: '#/components/schemas/None'}", `has no "components" there`},
		"an anchor":       {"{$ref: '#task'}", "expected a JSON Pointer behind the #"},
		"a circle":        {"{$ref: '#/x'}\nx: {$ref: '#/y'}\ny: {$ref: '#/x'}", "goes round in a circle"},
		"itself":          {"{$ref: '#/paths/~1accounts~1{id}~1unlock/post/responses/202/content/application~1json/schema'}", "goes round in a circle"},
		"a folder":        {"{$ref: sub}", "it is not a regular file"},
		"broken":          {"{$ref: broken.yaml}", "broken.yaml: it is neither YAML nor JSON"},
	} {
		root := folder(t, map[string]string{"in/doc.yaml": with("3.0.0", row.schema), "secret.yaml": "type: string", "in/sub/x": "", "in/broken.yaml": "a: ["})
		if err := os.Symlink(filepath.Join(root, "secret.yaml"), filepath.Join(root, "in", "link.yaml")); err != nil {
			t.Fatal(err)
		}
		_, err := Load(filepath.Join(root, "in", "doc.yaml"), unlock, "")
		if err == nil || !strings.Contains(err.Error(), row.want) || !strings.HasPrefix(err.Error(), root) {
			t.Errorf("%s: got %v\nwant %s", name, err, row.want)
		}
	}
}

func TestSchemaThatContainsItself(t *testing.T) {
	text := with("3.1.0", "{$ref: '#/components/schemas/Node'}") +
		"components:\n  schemas:\n    Node:\n      type: object\n      properties:\n        name: {type: string}\n        children: {type: array, items: {$ref: '#/components/schemas/Node'}}\n"
	document, err := Parse("doc.yaml", []byte(text), unlock)
	if err != nil {
		t.Fatal(err)
	}
	node := accepted(document)
	inner := node.Properties["children"].Value.Items.Value
	if !node.Type.Is("object") || inner == nil || len(inner.Properties) > 0 {
		t.Errorf("got %+v, in it %+v; want one level, and anything in it", node, inner)
	}
}

func TestGrowthIsBounded(t *testing.T) {
	var laughs strings.Builder
	laughs.WriteString(with("3.0.0", "{$ref: '#/l0'}"))
	for i := range 40 {
		fmt.Fprintf(&laughs, "l%d: {properties: {a: {$ref: '#/l%d'}, b: {$ref: '#/l%d'}}}\n", i, i+1, i+1)
	}
	laughs.WriteString("l40: {type: string}\n")
	merged := "m0: &m0 {type: string}\n"
	for i := range 60 {
		merged += fmt.Sprintf("m%d: &m%d {<<: [*m%d, *m%d]}\n", i+1, i+1, i, i)
	}
	for name, row := range map[string]struct{ text, want string }{
		"laughs": {laughs.String(), "has more than 100000 values"},
		"depth":  {with("3.0.0", strings.Repeat("{items: ", 600)+"{}"+strings.Repeat("}", 600)), "nested more than 500 levels deep"},
		"JSON":   {`{"openapi": "3.0.0", "x": ` + strings.Repeat("[", 600) + strings.Repeat("]", 600) + `}`, "has no paths"},
		"merges": {merged + with("3.0.0", "*m60"), ""},
	} {
		_, err := Parse("doc.yaml", []byte(row.text), unlock)
		if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)) {
			t.Errorf("%s: got %.300v, want %s", name, err, row.want)
		}
	}
}

func TestSpellings(t *testing.T) {
	document, err := Parse("doc.json", []byte("{\n\t\"openapi\": \"3.1.0\",\n\t\"paths\": {\"/accounts/{id}/unlock\": {\"post\": {\"responses\": {\"202\": {\"description\": \"\\ud83d\\ude00 \\u0085\", \"content\": {\"application/json\": {\"schema\": {\"type\": [\"object\", \"null\"], \"properties\": {\n\"example\": {\"type\": \"string\"}, \"$ref\": {\"type\": \"integer\", \"minimum\": 1e2}}}}}}}}}}}"), unlock)
	if err != nil {
		t.Fatal(err)
	}
	if got := *document.Operation.Responses.Value("202").Value.Description; got != "\U0001f600 \u0085" {
		t.Errorf("description %q", got)
	}
	schema := accepted(document)
	if !schema.Type.Includes("null") || schema.Properties["example"] == nil || *schema.Properties["$ref"].Value.Min != 100 {
		t.Errorf("got %+v", schema)
	}
	if got := document.Source(schema.Properties["example"].Value.Origin).String(); got != "doc.json:4" {
		t.Errorf("example stands at %s", got)
	}

	anchors := with("3.0.0", "&s\n                <<: {type: object, description: merged}\n                description: own\n                properties: {a: &a {type: string, enum: [on, 1, 2020-01-01, null]}, b: *a}")
	if document, err = Parse("doc.yaml", []byte(anchors), unlock); err != nil {
		t.Fatal(err)
	}
	schema = accepted(document)
	if !schema.Type.Is("object") || schema.Description != "own" || fmt.Sprint(schema.Properties["b"].Value.Enum) != "[on 1 2020-01-01 <nil>]" {
		t.Errorf("got %+v, b is %+v", schema, schema.Properties["b"].Value)
	}
}

func TestWhatStandsBesideAReference(t *testing.T) {
	const target = "x: {type: object, description: target, required: [a], properties: {a: {type: string}}}\n"
	for version, want := range map[string]string{"3.0.3": "target", "3.1.0": "own"} {
		document, err := Parse("doc.yaml", []byte(with(version, "{$ref: '#/x', description: own}")+target), unlock)
		if err != nil {
			t.Fatal(err)
		}
		if got := accepted(document); got.Description != want || got.Properties["a"] == nil {
			t.Errorf("%s: %+v", version, got)
		}
	}
	document, err := Parse("doc.yaml", []byte(with("3.1.0", "{$ref: '#/x', required: [b]}")+target), unlock)
	if err != nil {
		t.Fatal(err)
	}
	all := accepted(document).AllOf
	if len(all) != 2 || all[0].Value.Required[0] != "a" || all[1].Value.Required[0] != "b" {
		t.Errorf("got %+v", all)
	}
}

func TestWhatIsNoDocument(t *testing.T) {
	for name, row := range map[string]struct{ text, want string }{
		"empty":       {"", "doc.yaml: it is not an OpenAPI document: expected keys with values"},
		"text":        {"hello", "it is not an OpenAPI document"},
		"a list":      {"[1]", "doc.yaml is not an OpenAPI document: it has no key openapi"},
		"other YAML":  {"a: 1", "it has no key openapi"},
		"Swagger":     {"swagger: '2.0'", "found Swagger: convert the document first"},
		"the future":  {"openapi: 4.0.0", `expected a version 3.0 or 3.1, found "4.0.0"`},
		"broken":      {"openapi: [", "it is neither YAML nor JSON"},
		"no mapping":  {"openapi: 3.0.0\npaths: {'/accounts/{id}/unlock': {post: 3}}", "is not as OpenAPI wants it"},
		"wrong types": {"openapi: 3.0.0\npaths: {'/accounts/{id}/unlock': {post: {responses: [1]}}}", "is not as OpenAPI wants it"},
	} {
		_, err := Parse("doc.yaml", []byte(row.text), unlock)
		if err == nil || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want %s", name, err, row.want)
		}
	}
	if _, err := Parse("doc.yaml", []byte(with("3.0.0", "{$ref: other.yaml}")), unlock); err == nil || !strings.Contains(err.Error(), "this document may refer to none") {
		t.Errorf("got %v", err)
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none.yaml"), unlock, ""); err == nil || !strings.Contains(err.Error(), "cannot be read: no such file") {
		t.Errorf("got %v", err)
	}
}

// What belongs to the whole document applies to the operation where it says nothing itself.
func TestSecurityOfTheWholeDocument(t *testing.T) {
	const schemes = "components: {securitySchemes: {a: {type: http, scheme: bearer}, unused: {$ref: nowhere.yaml}}}\nsecurity: [{a: []}]\n"
	document, err := Parse("doc.yaml", []byte(with("3.0.0", "{}")+schemes), unlock)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(*document.Operation.Security); got != "[map[a:[]]]" || document.Spec.Components.SecuritySchemes["a"].Value.Scheme != "bearer" {
		t.Errorf("got %s", got)
	}
	own := strings.Replace(with("3.0.0", "{}")+schemes, "    post:\n", "    post:\n      security: []\n", 1)
	if document, err = Parse("doc.yaml", []byte(own), unlock); err != nil || len(*document.Operation.Security) != 0 {
		t.Errorf("an empty list of its own counts: %v, %v", document, err)
	}
}
