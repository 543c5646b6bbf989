package session

import "context"

// sentCase is which request of a run a request is.
type sentCase struct {
	name    string
	attempt int
}

type sentCaseKey struct{}

// WithCase says which case, and which attempt of it, a request is sent for. A Player
// looks there first: requests that are the same to the byte can be sent for several cases.
// Attempts count from 1.
func WithCase(ctx context.Context, name string, attempt int) context.Context {
	return context.WithValue(ctx, sentCaseKey{}, sentCase{name: name, attempt: attempt})
}

// caseOf is the case of the context; the zero value when it has none.
func caseOf(ctx context.Context) sentCase {
	sent, _ := ctx.Value(sentCaseKey{}).(sentCase)
	return sent
}
