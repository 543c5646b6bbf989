package openapi

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// unlock is what the tests look for.
var unlock = Operation{Method: "POST", Path: "/accounts/{id}/unlock"}

// paths makes a document with the paths, below the server.
func paths(server string, keys ...string) []byte {
	var text strings.Builder
	fmt.Fprintf(&text, "openapi: 3.0.3\nservers: [{url: %q}]\npaths:\n", server)
	for _, key := range keys {
		fmt.Fprintf(&text, "  %s: {post: {responses: {}}, get: {responses: {}}}\n", key)
	}
	return []byte(text.String())
}

func TestOperationIsFound(t *testing.T) {
	const server = "https://tenant.example"
	for name, row := range map[string]struct {
		document []byte
		wanted   string
		// address is that of the operation that is found.
		address string
	}{
		"as it is":                   {paths(server, "/accounts/{id}/unlock"), "", "/accounts/{id}/unlock"},
		"another parameter":          {paths(server, "/accounts/{accountId}/unlock"), "", "/accounts/{accountId}/unlock"},
		"a slash at the end":         {paths(server, "/accounts/{id}/unlock/"), "", "/accounts/{id}/unlock/"},
		"a version in the path":      {paths(server, "/v3/accounts/{id}/unlock"), "", "/v3/accounts/{id}/unlock"},
		"a version in its middle":    {paths(server, "/accounts/v1/{id}/unlock"), "", "/accounts/v1/{id}/unlock"},
		"a version of a year":        {paths(server+"/v2025", "/accounts/{id}/unlock"), "", "/v2025/accounts/{id}/unlock"},
		"half in the server":         {paths(server+"/v3/accounts", "/{id}/unlock"), "", "/v3/accounts/{id}/unlock"},
		"a relative server":          {paths("/v3", "/accounts/{id}/unlock"), "", "/v3/accounts/{id}/unlock"},
		"other segments before it":   {paths(server, "/cc/api/accounts/{id}/unlock"), "", "/cc/api/accounts/{id}/unlock"},
		"the closest of two":         {paths(server, "/v3/accounts/{id}/unlock", "/accounts/{id}/unlock"), "", "/accounts/{id}/unlock"},
		"a version that is asked":    {paths(server, "/v3/accounts/{id}/unlock", "/v2025/accounts/{id}/unlock"), "POST /v3/accounts/{id}/unlock", "/v3/accounts/{id}/unlock"},
		"a version nobody has":       {paths(server, "/v3/accounts/{id}/unlock"), "POST /v9/accounts/{id}/unlock", "/v3/accounts/{id}/unlock"},
		"another operation near":     {paths(server, "/accounts/{id}/unlock", "/sources/{id}/accounts/{id}/unlock"), "", "/accounts/{id}/unlock"},
		"a server of the path alone": {[]byte("openapi: 3.1.0\nservers: [{url: /v3}]\npaths: {'/accounts/{id}/unlock': {servers: [{url: /v4}], post: {responses: {}}}}"), "", "/v4/accounts/{id}/unlock"},
		"a variable in the server":   {[]byte("openapi: 3.1.0\nservers: [{url: 'https://{t}.example/{v}', variables: {v: {default: v7}, t: {default: a}}}]\npaths: {'/accounts/{id}/unlock': {post: {responses: {}}}}"), "", "/v7/accounts/{id}/unlock"},
	} {
		wanted := unlock
		if row.wanted != "" {
			var err error
			if wanted, err = ParseOperation(row.wanted); err != nil {
				t.Fatal(err)
			}
		}
		document, err := Parse("doc.yaml", row.document, wanted)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if document.Address != row.address {
			t.Errorf("%s: found %s, want %s", name, document.Address, row.address)
		}
	}
}

func TestOperationIsNotFound(t *testing.T) {
	for name, row := range map[string]struct {
		document   []byte
		candidates []string
		message    string
	}{
		"two versions": {paths("/", "/v3/accounts/{id}/unlock", "/v2025/accounts/{id}/unlock"),
			[]string{"POST /v3/accounts/{id}/unlock", "POST /v2025/accounts/{id}/unlock"}, "name the path as it is written there"},
		"below another resource": {paths("/", "/sources/{id}/accounts/{id}/unlock"), nil, "nearest are POST /sources/{id}/accounts/{id}/unlock"},
		"another path": {paths("/", "/sources", "/accounts/{id}/enable", "/accounts/{id}"), nil,
			"doc.yaml has no operation POST /accounts/{id}/unlock; nearest are POST /accounts/{id}/enable, POST /accounts/{id}, GET /accounts/{id}/enable"},
		"another method": {[]byte("openapi: 3.0.0\npaths: {'/accounts/{id}/unlock': {put: {responses: {}}}}"), nil, "nearest are PUT /accounts/{id}/unlock"},
		"no paths":       {[]byte("openapi: 3.0.0\npaths: {}"), nil, "it has no paths"},
	} {
		_, err := Parse("doc.yaml", row.document, unlock)
		var missing *NotFoundError
		if !errors.As(err, &missing) {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		if diff := cmp.Diff(row.candidates, missing.Candidates); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", name, diff)
		}
		if !strings.Contains(err.Error(), row.message) {
			t.Errorf("%s: %q does not say %q", name, err, row.message)
		}
	}
}

func TestParseOperation(t *testing.T) {
	got, err := ParseOperation("  post /accounts/{id}/unlock ")
	if err != nil || got != unlock || got.String() != "POST /accounts/{id}/unlock" {
		t.Errorf("got %v, %v", got, err)
	}
	for text, want := range map[string]string{
		"":                  "expected a method and a path, such as",
		"POST":              "expected a method and a path, such as",
		"POST accounts":     "expected a method and a path, such as",
		"POST /a /b":        "expected a method and a path, such as",
		"SEND /accounts/{}": `unknown method "SEND"; expected one of GET, PUT, POST`,
	} {
		if _, err := ParseOperation(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}
