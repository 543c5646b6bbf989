// Package exchange holds the one value that everything else passes on: what a single
// request really did.
package exchange

import (
	"net/http"
	"time"
)

// Exchange is one request and what came of it. Everything in it is free of secrets: the
// sender put stable labels in their place before it made the value.
type Exchange struct {
	// Case is the name of the case that the request was sent for; empty for foreign traffic.
	Case string
	// Attempt counts the requests sent for one case, from 1.
	Attempt int
	// Credential is the label of the credential that the request carried, such as
	// "orgAdmin" or "orgAdmin:tampered"; empty when it carried none.
	Credential string
	// Request is what was sent.
	Request Request
	// Response is what came back; nil when no status line was read.
	Response *Response
	// Failure says why there is no complete answer; nil when there is one.
	// Both Response and Failure are set when the answer broke off in its body.
	Failure *Failure
	// Started is when the request was sent, counted from the start of the session.
	Started time.Duration
	// Duration is the time from sending the request to the end of the answer.
	Duration time.Duration
}

// Request is a request as it was sent, with labels for secrets.
type Request struct {
	Method string
	// URL is the whole URL, its path escaped as it was on the wire.
	URL    string
	Header http.Header
	Body   []byte
}

// Response is an answer as the wire carried it: nothing decoded, nothing tidied up.
type Response struct {
	// Proto is the protocol of the answer, such as "HTTP/1.1".
	Proto  string
	Status int
	Header http.Header
	// Uncompressed says that the transport asked for gzip by itself and decoded the body: what
	// the wire carried, with its Content-Encoding and Content-Length, is not known.
	Uncompressed bool
	// Body is at most the sender's body limit long; Failure tells when there was more.
	Body []byte
}

// Status is the status code of the answer, or 0 when there was none.
func (e Exchange) Status() int {
	if e.Response == nil {
		return 0
	}
	return e.Response.Status
}

// FailureKind names the way in which an exchange failed on the network.
type FailureKind string

// The ways in which an exchange can fail. Each is its own message and its own advice.
const (
	Refused        FailureKind = "refused"
	Reset          FailureKind = "reset"
	UnknownHost    FailureKind = "unknown host"
	TLS            FailureKind = "tls"
	Timeout        FailureKind = "timeout"
	TimeoutInBody  FailureKind = "timeout in the body"
	Truncated      FailureKind = "truncated body"
	Malformed      FailureKind = "malformed answer"
	TooLarge       FailureKind = "too large"
	Interrupted    FailureKind = "interrupted"
	NotRecorded    FailureKind = "not recorded"
	Local          FailureKind = "this machine"
	UnknownFailure FailureKind = "transport error"
)

// Failure is why an exchange has no complete answer. It is an error, so that a transport
// that replays a recording can return the very failure that was recorded.
type Failure struct {
	Kind FailureKind
	// Message is one sentence without secrets: what happened and what to do.
	Message string
}

// Error is the message.
func (f *Failure) Error() string { return f.Message }
