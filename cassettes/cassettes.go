// Package cassettes holds the sessions that are shipped, as embedded data. A session is a
// folder with a manifest and one go-vcr cassette for each status path.
package cassettes

import "embed"

// Reference is the folder "reference": a run of the suite against the reference
// implementation, recorded by
//
//	go run ./cmd/conformance run --record cassettes/reference
//
//go:embed reference
var Reference embed.FS
