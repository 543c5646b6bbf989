package session

import (
	"context"
	"errors"

	"conformance/internal/exchange"
	"conformance/internal/failure"
)

// failureOf makes a failure of what a RoundTripper returned, or the reading of an answer's body. A
// context that is cancelled is the client's own.
func failureOf(err error, host string, inBody bool) *exchange.Failure {
	if errors.Is(err, context.Canceled) {
		return &exchange.Failure{Kind: exchange.Interrupted, Message: "the client did not wait for the end of " + host + "'s answer"}
	}
	return failure.Of(err, failure.Peer{Host: host}, inBody)
}
