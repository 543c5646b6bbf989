package drift

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/drift/openapi"
)

func TestLoadFindsOutWhatAPathIs(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, row := range map[string]struct {
		path string
		kind Kind
		err  string
	}{
		"the contract":       {"contract", Contract, ""},
		"our document":       {ours, Document, ""},
		"a session":          {folder, "", "the folder is no session"},
		"our session":        {"../../cassettes/reference", Traffic, ""},
		"a cassette":         {write("202.yaml", "# a comment\n---\nversion: 2\ninteractions:\n"), "", "has 0 exchanges, but none with an address like /accounts/{id}/unlock"},
		"a HAR file":         {write("a.har", "{}"), "", "no HTTP archive"},
		"HAR, other name":    {write("har.json", "\n{ \"log\": {}}"), "", "has 0 exchanges"},
		"HAR without bodies": {write("omitted.har", `{"log":{"entries":[{"startedDateTime":"2026-01-31T12:00:00Z","request":{"method":"POST","url":"http://h/accounts/a/unlock"},"response":{"status":202,"content":{"size":41}}}]}}`), "", "has no whole answer to any of its 1 request to an address like /accounts/{id}/unlock"},
		"a packed HAR file":  {write("a.har.gz", "\x1f\x8b\x08\x00"), "", "the file is compressed with gzip; unpack it first"},
		"flow style":         {write("flow.yaml", "{version: 2, interactions: []}"), "", "has 0 exchanges"},
		"neither":            {write("other.yaml", "a: 1"), "", "it has no key openapi"},
		"nothing":            {filepath.Join(folder, "none"), "", "cannot be read: no such file"},
		"without the path":   {write("empty.yaml", "openapi: 3.0.0\npaths: {}"), Document, ""},
	} {
		side, err := Load(row.path, "", "")
		if row.err == "" && err != nil || row.err != "" && (err == nil || !strings.Contains(err.Error(), row.err)) {
			t.Errorf("%s: got %v, want %q", name, err, row.err)
		}
		if side.Kind != row.kind {
			t.Errorf("%s: it is a %q, want %q", name, side.Kind, row.kind)
		}
	}
	if _, err := Load(ours, "unlock", ""); err == nil || !strings.Contains(err.Error(), "expected a method and a path") {
		t.Errorf("got %v", err)
	}
}

func TestOperationThatIsNowhere(t *testing.T) {
	const other = "POST /sources/{id}/reset"
	empty, err := Load(vendors, other, "")
	if err != nil {
		t.Fatal(err)
	}
	full := loaded(t, vendors)
	for name, compared := range map[string]func() (*Report, error){
		"in neither":           func() (*Report, error) { return Documents(empty, empty) },
		"in the old one":       func() (*Report, error) { return Documents(empty, full) },
		"against the contract": func() (*Report, error) { return AgainstContract(empty) },
		"contract without it":  func() (*Report, error) { return Compare(loaded(t, ContractName), empty) },
	} {
		var missing *openapi.NotFoundError
		if _, err := compared(); !errors.As(err, &missing) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// Two spellings of one thing are no change.
func TestSpellingsThatMeanTheSame(t *testing.T) {
	for name, row := range map[string][2]string{
		"nullable, 3.0 and 3.1":   {"type: string\nnullable: true", "type: [string, 'null']"},
		"null as a choice":        {"type: object\nnullable: true\nrequired: [a]\nproperties: {a: {type: string}}", "anyOf: [{type: object, required: [a], properties: {a: {type: string}}}, {type: 'null'}]"},
		"allOf of parts":          {"type: object\nrequired: [a]\nproperties: {a: {type: string}, b: {type: integer}}", "allOf: [{type: object, properties: {a: {type: string}}}, {required: [a], properties: {b: {type: integer}}}]"},
		"const and enum":          {"type: string\nenum: [a]", "type: string\nconst: a"},
		"null in an enumeration":  {"type: string\nnullable: true\nenum: [a, null]", "type: string\nnullable: true\nenum: [a]"},
		"one choice of one":       {"type: string\nmaxLength: 3", "oneOf: [{type: string, maxLength: 3}]"},
		"the order of enum, type": {"type: [string, integer]\nenum: [a, b]", "enum: [b, a]\ntype: [integer, string]"},
	} {
		old, new := described(t, row[0]), described(t, row[1])
		c := &comparison{measure: AnyChange}
		c.descriptions(old, new)
		for _, change := range c.changes {
			t.Errorf("%s: %s", name, change.Sentence())
		}
	}
}

func TestShapesCompared(t *testing.T) {
	for name, row := range map[string]struct {
		old, new string
		want     []string
	}{
		"an integer for a number":   {"type: number", "type: integer", []string{"member-narrowed"}},
		"a number for an integer":   {"type: integer", "type: number", []string{"member-retyped"}},
		"one more type":             {"type: string", "type: [string, integer]", []string{"member-retyped"}},
		"one type less":             {"type: [string, integer]", "type: string", []string{"member-narrowed"}},
		"another format":            {"type: string\nformat: date", "type: string\nformat: date-time", []string{"format-changed"}},
		"a longer text":             {"type: string\nmaxLength: 5", "type: string\nmaxLength: 6", []string{"member-widened"}},
		"a shorter text":            {"type: string\nmaxLength: 5", "type: string\nmaxLength: 4", []string{"member-narrowed"}},
		"a lower least":             {"type: integer\nminimum: 5", "type: integer\nminimum: 4", []string{"member-widened"}},
		"null no more":              {"type: string\nnullable: true", "type: string", []string{"member-not-nullable"}},
		"a value more and one less": {"type: string\nenum: [a, b]", "type: string\nenum: [b, c]", []string{"values-added", "values-removed"}},
		"any value":                 {"type: string\nenum: [a]", "type: string", []string{"values-added"}},
		"two members gone":          {"type: object\nproperties: {a: {type: string}, b: {type: string}}", "type: object\nproperties: {c: {type: string}}", []string{"member-removed", "member-removed", "member-added"}},
		"renamed, but of a type":    {"type: object\nproperties: {a: {type: string}}", "type: object\nproperties: {b: {type: integer}}", []string{"member-removed", "member-added"}},
		"all below a member gone":   {"type: object\nproperties: {a: {type: object, properties: {b: {type: string}}}}", "type: object", []string{"member-removed"}},
		"elements unsaid":           {"type: array\nitems: {type: string}", "type: array", []string{"member-untyped"}},
		"a strange name":            {"type: object\nproperties: {'a/b~..': {type: string}, ..: {type: string}}", "type: object\nproperties: {..: {type: string}}", []string{"member-removed"}},
	} {
		c := &comparison{measure: AnyChange}
		c.descriptions(described(t, row.old), described(t, row.new))
		var got []string
		for _, change := range c.changes {
			got = append(got, change.Rule)
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", name, diff)
		}
	}
}

// described is a document whose 202 has the schema.
func described(t *testing.T, schema string) *Description {
	t.Helper()
	const head = "openapi: 3.1.0\npaths:\n  /accounts/{id}/unlock:\n    post:\n      responses:\n        '202':\n          content:\n            application/json:\n              schema:\n                "
	wanted, err := openapi.ParseOperation(DefaultOperation())
	if err != nil {
		t.Fatal(err)
	}
	document, err := openapi.Parse("doc.yaml", []byte(head+strings.ReplaceAll(schema, "\n", "\n                ")), wanted)
	if err != nil {
		t.Fatal(err)
	}
	return describe(document)
}

// What no rule of ours speaks of, oasdiff finds: here that a number must be even.
func TestOasdiffIsTheBase(t *testing.T) {
	text, err := os.ReadFile(vendors)
	if err != nil {
		t.Fatal(err)
	}
	sides := make([]Side, 2)
	for i, limit := range []string{"", ", multipleOf: 2"} {
		path := filepath.Join(t.TempDir(), "doc.yaml")
		edited := strings.Replace(string(text), "        unlockIDNAccount:\n", "        even: {type: integer"+limit+"}\n        unlockIDNAccount:\n", 1)
		if err := os.WriteFile(path, []byte(edited), 0o600); err != nil {
			t.Fatal(err)
		}
		sides[i] = loaded(t, path)
	}
	report, err := Documents(sides[0], sides[1])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"breaking openapi-breaking request"}, folded(report)); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	change := report.Changes[0]
	if !strings.Contains(change.Sentence(), "(oasdiff: request-property-multiple-of-") {
		t.Errorf("oasdiff's check is not named: %s", change.Sentence())
	}
	// oasdiff saw the text that the operation was cut down to; the place is in the user's file.
	if want := lineOf(t, sides[1].Name.Name, "even:"); change.Evidence.New.Line != want {
		t.Errorf("it stands in line %d, want %d", change.Evidence.New.Line, want)
	}
}

// lineOf is the line of a file in which a text first stands.
func lineOf(t *testing.T, path, text string) int {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, _, found := strings.Cut(string(data), text)
	if !found {
		t.Fatalf("%s has no %q", path, text)
	}
	return strings.Count(before, "\n") + 1
}

// A document that oasdiff gives up on is compared by our own rules, and the report says so.
func TestOasdiffGivesUp(t *testing.T) {
	text, err := os.ReadFile(vendors)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "doc.yaml")
	edited := strings.Replace(string(text), "      description: Not here\n      content:\n", "      description: Not here\n      content:\n        text/plain:\n", 1)
	if err := os.WriteFile(path, []byte(edited), 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := Documents(loaded(t, path), loaded(t, path))
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Notes) != 1 || !strings.Contains(report.Notes[0], "only our own rules were asked") || len(report.Changes) > 0 {
		t.Errorf("got notes %q and %d changes", report.Notes, len(report.Changes))
	}
}

// A promise is kept in whatever words, and wherever it stands.
func TestPromisesAreFound(t *testing.T) {
	const head = "openapi: 3.0.0\npaths:\n  /accounts/{id}/unlock:\n    post:\n"
	wanted, err := openapi.ParseOperation(DefaultOperation())
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		text string
		want []Promise
	}{
		"a header":              {"      responses: {'429': {description: x, headers: {retry-after: {schema: {type: string}}}}}", []Promise{RetryAfter}},
		"a sentence":            {"      responses: {'429': {description: wait as retry-after says}}", []Promise{RetryAfter}},
		"in a schema":           {"      responses: {'429': {description: x, content: {a/b: {schema: {description: see Retry-After}}}}}", []Promise{RetryAfter}},
		"of another status":     {"      responses: {'503': {description: wait as Retry-After says}}", nil},
		"an extension":          {"      x-conditional-scopes: [{scopes: ['idn:accounts-provisioning:manage']}]\n      responses: {}", []Promise{ProvisioningScope}},
		"of a request member":   {"      requestBody: {content: {a/b: {schema: {properties: {f: {description: 'needs idn:accounts-provisioning:manage'}}}}}}\n      responses: {}", []Promise{ProvisioningScope}},
		"a scope that is there": {"      security: [{a: ['idn:accounts-provisioning:manage']}]\n      responses: {}", nil},
	} {
		document, err := openapi.Parse("doc.yaml", []byte(head+row.text), wanted)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got []Promise
		for promise := range describe(document).Promises {
			got = append(got, promise)
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", name, diff)
		}
	}
}
