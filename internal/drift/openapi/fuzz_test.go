package openapi

import (
	"os"
	"testing"
)

// Whatever a file holds, reading it ends with an operation or an error.
func FuzzParse(f *testing.F) {
	for _, path := range []string{"../../../schemas/openapi.yaml", "../testdata/vendor.yaml"} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(with("3.1.0", "{$ref: '#/x', required: [b]}")))
	f.Add([]byte(with("3.0.0", "&s {<<: *s, items: *s}")))
	f.Add([]byte(`{"openapi": "3.0.0", "paths": {"/accounts/{id}/unlock": {"post": {"$ref": "#"}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		document, err := Parse("doc.yaml", data, unlock)
		if err == nil && (document.Operation == nil || document.Spec.Paths.Value(document.Path) == nil) {
			t.Error("neither an operation nor an error")
		}
	})
}
