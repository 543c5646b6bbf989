package drift

import (
	"os"
	"testing"

	"conformance/internal/drift/openapi"
)

// Whatever a document holds, it is described, and compared with itself it is silent.
func FuzzDocumentAgainstItself(f *testing.F) {
	for _, path := range []string{ours, vendors} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	const small = "openapi: 3.1.0\npaths:\n  /accounts/{id}/unlock:\n    parameters: [{in: query, name: a}]\n    post:\n      security: [{}]\n      responses:\n        default: {content: {a/b: {schema: "
	for _, schema := range []string{"true", "{allOf: [{required: [a]}, {properties: {a: {}}}]}", "{oneOf: [{type: 'null'}, {items: {enum: [1, a]}}]}"} {
		f.Add([]byte(small + schema + "}}}\n"))
	}
	wanted, err := openapi.ParseOperation(DefaultOperation())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		document, err := openapi.Parse("doc.yaml", data, wanted)
		if err != nil {
			return
		}
		side, err := documentSide("doc.yaml", wanted, document, nil)
		if err != nil {
			t.Fatal(err)
		}
		report, err := Documents(side, side)
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range report.Changes {
			t.Error(change.Sentence())
		}
		if _, err := AgainstContract(side); err != nil {
			t.Fatal(err)
		}
	})
}
