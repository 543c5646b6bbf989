package drift

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rewritten is the vendor's document in other words.
type rewritten struct {
	// replaced are texts and what takes the place of each, wherever it stands.
	replaced []string
	// changes are what Documents finds, folded; backwards what it finds the other way round.
	changes, backwards []string
}

const (
	pathParameter = "    parameters:\n    - in: path\n      name: id\n      schema:\n        type: string\n      required: true\n      description: Which account.\n"
	locale        = "        locale:\n          type: string\n          nullable: true\n"
	originOfText  = "          $ref: '#/components/schemas/Origin'\n"
	taskMedia     = "          description: The task\n          content:\n            application/json:\n"
	requestMedia  = "        required: true\n        content:\n          application/json:\n"
	requestSchema = "    UnlockRequest:\n      type: object\n"
	problemHead   = "    Problem:\n      type: object\n      properties:\n        detailCode:"
	last500       = "        '500':\n          $ref: '#/components/responses/500'\n"
)

// rewritings are what people and generators do to documents. Most of them change nothing.
var rewritings = map[string]rewritten{
	"the path's parameter in the operation": {replaced: []string{pathParameter, "", "      operationId: unlockAccount\n", "      operationId: unlockAccount\n" + indented(pathParameter)}},
	"version 3.1, with lists of types":      {replaced: []string{"openapi: 3.0.1", "openapi: 3.1.0", "type: string\n          nullable: true\n", "type: [string, 'null']\n", "      - null\n      nullable: true\n", "      - null\n", "    Origin:\n      type: string\n", "    Origin:\n      type: [string, 'null']\n"}},
	"null as a value, and not as a type": {[]string{"      - null\n      nullable: true\n", "      - null\n"},
		[]string{"harmless member-not-nullable 400,403,404,500 /causes/*/localeOrigin", "harmless member-not-nullable 400,403,404,500 /messages/*/localeOrigin"},
		[]string{"breaking member-nullable 400,403,404,500 /causes/*/localeOrigin", "breaking member-nullable 400,403,404,500 /messages/*/localeOrigin"}},
	"null as a choice": {replaced: []string{"openapi: 3.0.1", "openapi: 3.1.0", locale, "        locale:\n          anyOf: [{type: string}, {type: 'null'}]\n"}},
	"a reference with null beside it": {replaced: []string{"openapi: 3.0.1", "openapi: 3.1.0", originOfText,
		"          oneOf: [{$ref: '#/components/schemas/Origin'}, {type: 'null'}]\n"}},
	"a reference in allOf":       {replaced: []string{originOfText, "          nullable: true\n          allOf: [{$ref: '#/components/schemas/Origin'}]\n"}},
	"an error in two parts":      {replaced: []string{problemHead, "    Problem:\n      allOf: [{$ref: '#/components/schemas/Rest'}, {type: object, properties: {trackingId: {type: string, description: What to tell support.}}}]\n    Rest:\n      type: object\n      properties:\n        detailCode:", "        trackingId:\n          type: string\n          description: What to tell support.\n", ""}},
	"any media type":             {[]string{taskMedia, strings.Replace(taskMedia, "application/json", "'*/*'", 1)}, []string{"notable media-type-added 202 media type */*"}, nil},
	"any media type of a kind":   {[]string{taskMedia, strings.Replace(taskMedia, "application/json", "application/*", 1)}, []string{"notable media-type-added 202 media type application/*"}, nil},
	"any media type for request": {[]string{requestMedia, strings.Replace(requestMedia, "application/json", "'*/*'", 1)}, []string{"harmless request-media-type-added request media type */*"}, []string{"breaking request-media-type-removed request media type */*"}},
	"choices that a request must meet": {[]string{requestSchema, requestSchema + "      anyOf: [{required: [forceProvisioning]}, {required: [unlockIDNAccount]}]\n"},
		[]string{"breaking request-narrowed request"}, []string{"harmless request-widened request"}},
	"a status of a range": {[]string{last500, strings.Replace(last500, "'500'", "5XX", 1)}, []string{"notable status-generalised 500"}, []string{"harmless status-specified 500"}},
	"a status of the default, with another body": {
		[]string{last500, "        default: {description: An error, content: {application/json: {schema: {type: object, properties: {detailCode: {type: integer}}}}}}\n"},
		[]string{
			"breaking member-removed 500 /causes", "breaking member-retyped 500 /detailCode", "breaking member-removed 500 /messages",
			"breaking member-removed 500 /trackingId", "notable status-generalised 500",
		},
		[]string{
			"breaking member-retyped 500 /detailCode", "harmless status-specified 500", "harmless member-added 500 /causes",
			"harmless member-added 500 /messages", "harmless member-added 500 /trackingId",
		},
	},
}

// indented is a text two columns further to the right.
func indented(text string) string {
	return "  " + strings.TrimSuffix(strings.ReplaceAll(text, "\n", "\n  "), "  ")
}

func TestRewritings(t *testing.T) {
	text, err := os.ReadFile(vendors)
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range rewritings {
		t.Run(name, func(t *testing.T) {
			edited := string(text)
			for i := 0; i < len(r.replaced); i += 2 {
				if !strings.Contains(edited, r.replaced[i]) {
					t.Fatalf("the document has no %q", r.replaced[i])
				}
				edited = strings.ReplaceAll(edited, r.replaced[i], r.replaced[i+1])
			}
			path := filepath.Join(t.TempDir(), "doc.yaml")
			if err := os.WriteFile(path, []byte(edited), 0o600); err != nil {
				t.Fatal(err)
			}
			for way, want := range map[string][]string{"forwards": r.changes, "backwards": r.backwards} {
				old, new := loaded(t, vendors), loaded(t, path)
				if way == "backwards" {
					old, new = new, old
				}
				report, err := Documents(old, new)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, folded(report)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", way, diff)
				}
			}
		})
	}
}

// A document is named by a link as often as not, and what it refers to is beside the file.
func TestADocumentNamedByALink(t *testing.T) {
	path, err := filepath.Abs(vendors)
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link.yaml")
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	report, err := Documents(loaded(t, vendors), loaded(t, link))
	if err != nil || len(report.Changes) > 0 {
		t.Errorf("%v, %v", report, err)
	}
}
