package config

import (
	_ "embed" // for conformance.schema.json
	"slices"
)

//go:embed conformance.schema.json
var schema []byte

// Schema is a JSON Schema of conformance.yaml, with which editors complete and check it. It is
// made from this package's types; what a schema cannot say, such as that a variable is set,
// Load alone finds.
func Schema() []byte { return slices.Clone(schema) }
