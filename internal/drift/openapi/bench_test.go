package openapi

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// large makes a document of two million bytes with hundreds of operations, which have schemas
// of their own, around that of the vendor-like one.
func large(tb testing.TB) []byte {
	tb.Helper()
	data, err := os.ReadFile("../testdata/vendor.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	var paths, schemas strings.Builder
	const operations = 600
	for i := range operations {
		fmt.Fprintf(&paths, "  /things/%d:\n    post:\n      operationId: thing%d\n      responses:\n        '200':\n          description: %s\n          content:\n            application/json:\n              schema:\n                $ref: '#/components/schemas/Thing%d'\n", i, i, strings.Repeat("word ", 40), i)
		fmt.Fprintf(&schemas, "    Thing%d:\n      type: object\n      properties:\n", i)
		for member := range 40 {
			fmt.Fprintf(&schemas, "        member%d:\n          type: string\n          description: The member\n", member)
		}
	}
	text := strings.Replace(string(data), "paths:\n", "paths:\n"+paths.String(), 1)
	return []byte(strings.Replace(text, "  schemas:\n", "  schemas:\n"+schemas.String(), 1))
}

func BenchmarkLargeDocument(b *testing.B) {
	data := large(b)
	b.Run("operation", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := Parse("large.yaml", data, unlock); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("whole-kin-openapi", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := openapi3.NewLoader().LoadFromData(data); err != nil {
				b.Fatal(err)
			}
		}
	})
}
