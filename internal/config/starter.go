package config

import (
	_ "embed" // for starter.yaml
	"slices"
)

//go:embed starter.yaml
var starter []byte

// Starter is a commented conformance.yaml to start from. It is right as it stands, once
// the environment variables that it names are set.
func Starter() []byte { return slices.Clone(starter) }
