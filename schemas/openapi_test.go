package schemas

import (
	stdjson "encoding/json"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// envelopes gives the schema of the body of each status that the page documents.
var envelopes = map[int]Name{202: Task, 400: Error, 401: Unauthorized, 403: Error, 404: Error, 429: RateLimit, 500: Error}

// components gives the schemas' names in the OpenAPI document.
var components = map[Name]string{
	Task: "Task", Message: "Message", Error: "Error",
	Unauthorized: "Unauthorized", RateLimit: "RateLimit", Request: "Request",
}

func TestOpenAPIIsValid(t *testing.T) {
	document := loadOpenAPI(t)
	if document.OpenAPI != "3.0.3" {
		t.Errorf("version %s, want 3.0.3", document.OpenAPI)
	}
	if err := document.Validate(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestOpenAPIDescribesTheOperation(t *testing.T) {
	document := loadOpenAPI(t)
	if document.Paths.Len() != 1 {
		t.Errorf("%d paths, want 1", document.Paths.Len())
	}
	operation := document.Paths.Value("/accounts/{id}/unlock").GetOperation(http.MethodPost)
	if id := operation.Parameters.GetByInAndName("path", "id"); id == nil || !id.Required || id.Description == "" {
		t.Errorf("path parameter id: %+v", id)
	}
	for _, alternative := range *operation.Security {
		for scheme, scopes := range alternative {
			if diff := cmp.Diff([]string{"idn:accounts-state:manage"}, scopes); diff != "" {
				t.Errorf("scopes of %s (-want +got):\n%s", scheme, diff)
			}
		}
	}
	wantExtensions := map[string]any{
		"x-authorities": map[string]any{"anyOf": []any{"ORG_ADMIN", "SOURCE_ADMIN", "SOURCE_SUBADMIN", "HELPDESK"}},
		"x-conditional-scopes": []any{map[string]any{
			"when":   map[string]any{"member": "/forceProvisioning", "equals": true},
			"scopes": []any{"idn:accounts-provisioning:manage"},
		}},
	}
	if diff := cmp.Diff(wantExtensions, operation.Extensions); diff != "" {
		t.Errorf("extensions (-want +got):\n%s", diff)
	}
	request := operation.RequestBody.Value
	if !request.Required {
		t.Error("the request body is not required")
	}
	checkContent(t, "request", request.Content, Request)

	for status := range 600 {
		response := operation.Responses.Status(status)
		name, documented := envelopes[status]
		if documented != (response != nil) {
			t.Errorf("%d: in the document %t, has a schema %t", status, response != nil, documented)
		}
		if documented && response != nil {
			checkContent(t, strconv.Itoa(status), response.Value.Content, name)
		}
	}
	if got := operation.Responses.Len(); got != 7 {
		t.Errorf("%d responses, want 7", got)
	}
	retryAfter := operation.Responses.Status(429).Value.Headers["Retry-After"]
	if retryAfter == nil || !retryAfter.Value.Required {
		t.Error("429: Retry-After is not required")
	}
	challenge := operation.Responses.Status(401).Value.Headers["WWW-Authenticate"]
	if challenge == nil || challenge.Value.Required {
		t.Error("401: WWW-Authenticate is missing, or more than a SHOULD")
	}
}

// checkContent checks that a body is JSON of the schema, and comes with valid examples.
func checkContent(t *testing.T, about string, content openapi3.Content, name Name) {
	t.Helper()
	media := content["application/json"]
	if len(content) != 1 || media == nil {
		t.Errorf("%s: the content is not application/json alone", about)
		return
	}
	if want := "#/components/schemas/" + components[name]; media.Schema.Ref != want {
		t.Errorf("%s: schema %s, want %s", about, media.Schema.Ref, want)
	}
	examples := []any{}
	if media.Example != nil {
		examples = append(examples, media.Example)
	}
	for _, example := range media.Examples {
		examples = append(examples, example.Value.Value)
	}
	if len(examples) == 0 {
		t.Errorf("%s: no example", about)
	}
	for _, example := range examples {
		if problems := MustLoad().Validate(name, example); problems != nil {
			t.Errorf("%s: example %v: %+v", about, example, problems)
		}
	}
}

// openAPISchema is a schema of the OpenAPI document, with every keyword that is in use.
type openAPISchema struct {
	Ref         string                    `json:"$ref"`
	Title       string                    `json:"title"`
	Description string                    `json:"description"`
	Type        string                    `json:"type"`
	Nullable    bool                      `json:"nullable"`
	Required    []string                  `json:"required"`
	Properties  map[string]*openAPISchema `json:"properties"`
	Items       *openAPISchema            `json:"items"`
	MinItems    int                       `json:"minItems"`
	Pattern     string                    `json:"pattern"`
	Example     any                       `json:"example"`
}

// asOpenAPI says in OpenAPI's words what a JSON Schema says.
func (s *shape) asOpenAPI() *openAPISchema {
	if s == nil {
		return nil
	}
	schema := &openAPISchema{
		Title: s.Title, Description: s.Description,
		Nullable: slices.Contains(s.Type, "null"),
		Required: s.Required,
		Items:    s.Items.asOpenAPI(), MinItems: s.MinItems, Pattern: s.Pattern,
	}
	for _, kind := range s.Type {
		if kind != "null" {
			schema.Type += kind
		}
	}
	for name, file := range components {
		if s.Ref == string(name)+".schema.json" {
			schema.Ref = "#/components/schemas/" + file
		}
	}
	for name, member := range s.Properties {
		if schema.Properties == nil {
			schema.Properties = map[string]*openAPISchema{}
		}
		schema.Properties[name] = member.asOpenAPI()
	}
	if len(s.Examples) > 0 {
		schema.Example = s.Examples[0]
	}
	return schema
}

func TestOpenAPISaysWhatTheSchemasSay(t *testing.T) {
	var document struct {
		Components struct {
			Schemas map[string]any `yaml:"schemas"`
		} `yaml:"components"`
	}
	if err := yaml.Unmarshal(OpenAPI(), &document); err != nil {
		t.Fatal(err)
	}
	got := map[string]*openAPISchema{}
	for component, schema := range document.Components.Schemas {
		data, err := json.Marshal(schema)
		if err != nil {
			t.Fatal(err)
		}
		got[component] = &openAPISchema{}
		if err := json.Unmarshal(data, got[component], json.RejectUnknownMembers(true)); err != nil {
			t.Errorf("%s uses what the schemas cannot say: %v", component, err)
		}
	}
	want := map[string]*openAPISchema{}
	for _, name := range names {
		shape, err := readShape(string(name)+".schema.json", MustLoad().Source(name))
		if err != nil {
			t.Fatal(err)
		}
		want[components[name]] = shape.asOpenAPI()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("JSON Schemas (-) and OpenAPI document (+):\n%s", diff)
	}
}

// Another validator, going by the OpenAPI document, tells the same right from wrong.
func TestOpenAPIJudgesAsTheSchemasDo(t *testing.T) {
	document := loadOpenAPI(t)
	judge := func(name Name, text string) error {
		var value any
		if err := stdjson.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		return document.Components.Schemas[components[name]].Value.VisitJSON(value)
	}
	for _, test := range right {
		if err := judge(test.schema, test.text); err != nil {
			t.Errorf("%s: %v", test.about, err)
		}
	}
	for _, test := range wrong {
		if judge(test.schema, test.text) == nil {
			t.Errorf("%s: accepted", test.about)
		}
	}
}

func loadOpenAPI(t *testing.T) *openapi3.T {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	return document
}
