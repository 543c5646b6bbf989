package redact

import (
	"strings"
	"testing"

	"conformance/internal/exchange"
)

// A secret can be the name of a member: then its place is not told to the end.
func TestPlacesHoldNoSecret(t *testing.T) {
	secret := samples()["aws-access-key"][0]
	found := Suspects(exchange.Exchange{Response: &exchange.Response{Body: []byte(`{"` + secret + `":["` + secret + `"]}`)}})
	if len(found) != 1 || found[0].Place != "response body" || strings.Contains(found[0].String(), secret) {
		t.Errorf("%v", found)
	}
}
