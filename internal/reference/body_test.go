package reference

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/fixtures"
)

func TestParseBody(t *testing.T) {
	tests := []struct {
		body  string
		want  []cause
		force bool
	}{
		{`{}`, nil, false},
		{`{"forceProvisioning":true}`, nil, true},
		{`{"forceProv\u0069sioning":true}`, nil, true},
		{`{"forceProvisioning":false}`, nil, false},
		{`{"forceProvisioning":null}`, nil, false},
		{`{"forceprovisioning":true}`, nil, false},
		{`{"x":[{"forceProvisioning":true}]}`, nil, false},
		{``, []cause{{key: "body-missing"}}, false},
		{" \r\n\t", []cause{{key: "body-missing"}}, false},
		{"\ufeff{}", []cause{{key: "body-mark"}}, false},
		{"{\"x\":\"\xff\"}", []cause{{key: "body-not-utf8"}}, false},
		{`{"x":1,"x":2}`, []cause{{key: "body-duplicate"}}, false},
		{`{"x":{"y":1,"y":2}}`, []cause{{key: "body-duplicate"}}, false},
		{`{"unlockIDNAccount":true`, []cause{{key: "body-not-json"}}, false},
		{`{"x":"\ud800"}`, []cause{{key: "body-not-json"}}, false},
		{`{}{}`, []cause{{key: "body-trailing"}}, false},
		{`{} }`, []cause{{key: "body-trailing"}}, false},
		{`[]`, []cause{{key: "body-not-object"}}, false},
		{`null`, []cause{{key: "body-not-object"}}, false},
		{`{"externalVerificationId":1,"unlockIDNAccount":"true","forceProvisioning":[]}`, []cause{
			{"field-not-string", "externalVerificationId"},
			{"field-not-boolean", "unlockIDNAccount"},
			{"field-not-boolean", "forceProvisioning"},
		}, false},
	}
	for _, test := range tests {
		got, causes := strictParser().parse([]byte(test.body))
		if diff := cmp.Diff(test.want, causes, cmp.AllowUnexported(cause{})); diff != "" {
			t.Errorf("%q: causes (-want +got):\n%s", test.body, diff)
		}
		if got.forceProvisioning != test.force {
			t.Errorf("%q: forceProvisioning %t, want %t", test.body, got.forceProvisioning, test.force)
		}
	}
}

// TestParseFixtureBodies holds the parser to what the fixtures call valid.
func TestParseFixtureBodies(t *testing.T) {
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range set.Bodies {
		_, causes := strictParser().parse(body.Bytes)
		if valid := len(causes) == 0; valid != (body.Validity != fixtures.Invalid) {
			t.Errorf("%s is %s; the parser says %v", body.Name, body.Validity, causes)
		}
	}
}

// FuzzParseBody holds the parser to accepting nothing that encoding/json does not take for
// an object, and to saying what is wrong with the rest.
func FuzzParseBody(f *testing.F) {
	for _, seed := range []string{`{}`, `{"forceProvisioning":true}`, `{"a":{"b":[1,2]}}`, "{\"\\u", "\xff", `[[[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		_, causes := strictParser().parse(body)
		var object map[string]any
		if err := json.Unmarshal(body, &object); len(causes) == 0 && (err != nil || object == nil) {
			t.Errorf("%q is accepted, but encoding/json says %v", body, err)
		}
	})
}

func TestMediaTypes(t *testing.T) {
	tests := map[string]bool{
		"application/json":                       true,
		"Application/JSON":                       true,
		"application/json; charset=utf-8":        true,
		`application/json;profile="a;b"; v=1`:    true,
		"":                                       false,
		"text/plain":                             false,
		"application/jsonp":                      false,
		"application/json, text/plain":           false,
		"application/json; charset=a; charset=b": false,
		"application/problem+json":               false,
	}
	for contentType, want := range tests {
		if got := isJSON(contentType); got != want {
			t.Errorf("%q: %t, want %t", contentType, got, want)
		}
	}
}
