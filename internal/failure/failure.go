// Package failure tells what an error of the network was: which kind of failure, and what to do.
package failure

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"

	"conformance/internal/exchange"
)

// Peer is who was asked, for how long, and the lines of the config that say so.
type Peer struct {
	Host string
	// Timeout is 0 where it is not known.
	Timeout time.Duration
	// URLKey is the config's line for the address, TimeoutKey that for the timeout; each is empty
	// where no line sets it.
	URLKey, TimeoutKey string
}

// Of makes a failure of a transport's error: its kind, and one sentence with what to do. inBody
// says that the header of the answer was read. The error's own text is used only where it can hold
// nothing of the request.
func Of(err error, from Peer, inBody bool) *exchange.Failure {
	from.URLKey = cmp.Or(from.URLKey, "its address")
	var recorded *exchange.Failure
	if errors.As(err, &recorded) {
		return recorded
	}
	for _, look := range []func(error, Peer, bool) *exchange.Failure{ofThisMachine, ofTime, ofProxy, ofTLS, ofConnection, ofFraming} {
		if failure := look(err, from, inBody); failure != nil {
			return failure
		}
	}
	return failed(exchange.UnknownFailure, "no answer from %s: %s; see %s and the server's log", from.Host, innermost(err), from.URLKey)
}

func failed(kind exchange.FailureKind, format string, values ...any) *exchange.Failure {
	return &exchange.Failure{Kind: kind, Message: fmt.Sprintf(format, values...)}
}

// ofThisMachine knows the errors of a machine that has no room for another connection: no fault of
// the target, which did not see the request.
func ofThisMachine(err error, from Peer, _ bool) *exchange.Failure {
	for _, lack := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.EADDRNOTAVAIL} {
		if errors.Is(err, lack) {
			return failed(exchange.Local, "this machine has no room for a connection to %s: %s; close others, raise its limits, or send less at a time", from.Host, innermost(err))
		}
	}
	return nil
}

// ofTime knows the errors of an exchange that was ended from this side.
func ofTime(err error, from Peer, inBody bool) *exchange.Failure {
	var timedOut net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return failed(exchange.Interrupted, "the run was interrupted before the answer came; run it again")
	case !errors.Is(err, context.DeadlineExceeded) && (!errors.As(err, &timedOut) || !timedOut.Timeout()):
		return nil
	}
	advice := "is the server only slow?"
	if from.TimeoutKey != "" {
		advice = "raise " + from.TimeoutKey + " if the server is only slow"
	}
	limit := "in time"
	if from.Timeout > 0 {
		limit = "within " + from.Timeout.String()
	}
	if inBody {
		return failed(exchange.TimeoutInBody, "the body of %s's answer did not end %s; %s", from.Host, limit, advice)
	}
	return failed(exchange.Timeout, "no answer from %s %s; %s", from.Host, limit, advice)
}

// ofProxy knows the errors of the way to a proxy, which is no fault of the target.
func ofProxy(err error, _ Peer, _ bool) *exchange.Failure {
	const setting = "check HTTPS_PROXY, HTTP_PROXY and NO_PROXY in the environment"
	var operation *net.OpError
	if !errors.As(err, &operation) || operation.Op != "proxyconnect" {
		return nil
	}
	var unknownHost *net.DNSError
	switch {
	case errors.As(err, &unknownHost):
		return failed(exchange.UnknownHost, "the proxy cannot be reached: its host name is not known; %s", setting)
	case errors.Is(err, syscall.ECONNREFUSED):
		return failed(exchange.Refused, "the proxy cannot be reached: nothing listens there; %s", setting)
	}
	return failed(exchange.UnknownFailure, "the proxy cannot be reached: %s; %s", withoutPackage(innermost(err)), setting)
}

// ofTLS knows the errors of a TLS handshake, and of a peer that speaks TLS or does not, other
// than the URL says.
func ofTLS(err error, from Peer, _ bool) *exchange.Failure {
	var (
		notTLS      tls.RecordHeaderError
		authority   x509.UnknownAuthorityError
		name        x509.HostnameError
		invalid     x509.CertificateInvalidError
		certificate *tls.CertificateVerificationError
		operation   *net.OpError
	)
	switch {
	case errors.As(err, &authority):
		return failed(exchange.TLS, "the certificate of %s is signed by an authority that this machine does not know; give it in target.tls.caFile", from.Host)
	case errors.As(err, &name):
		return failed(exchange.TLS, "the certificate of %s is made out to another name; check the host name in %s", from.Host, from.URLKey)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return failed(exchange.TLS, "the certificate of %s has expired, or is not valid yet; renew it, and check this machine's clock", from.Host)
	case errors.As(err, &certificate):
		return failed(exchange.TLS, "the certificate of %s is not good: %s; mend the certificate", from.Host, withoutPackage(innermost(err)))
	case errors.As(err, &notTLS), errors.Is(err, http.ErrSchemeMismatch):
		return failed(exchange.TLS, "%s does not speak TLS; should %s begin with http:// ?", from.Host, from.URLKey)
	case strings.Contains(err.Error(), tlsRecord), errors.Is(err, ErrWantsTLS):
		return failed(exchange.TLS, "%s speaks TLS; should %s begin with https:// ?", from.Host, from.URLKey)
	case errors.As(err, &operation) && operation.Op == "remote error":
		return failed(exchange.TLS, "%s broke off the TLS handshake: %s; does it ask for target.tls.certFile?", from.Host, withoutPackage(innermost(operation.Err)))
	case strings.HasPrefix(innermost(err), "tls: "):
		return failed(exchange.TLS, "no TLS connection with %s: %s; check the server's TLS settings", from.Host, withoutPackage(innermost(err)))
	}
	return nil
}

// tlsRecord is how net/http complains of the TLS alert (RFC 8446 section 5.1) with which a
// server that speaks TLS meets plain HTTP.
const tlsRecord = `malformed HTTP response "\x15\x03`

// tlsWanted are the words in which servers that speak TLS answer plain HTTP with 400: those of
// net/http, nginx and Apache httpd.
var tlsWanted = []string{
	"Client sent an HTTP request to an HTTPS server.",
	"The plain HTTP request was sent to HTTPS port",
	"speaking plain HTTP to an SSL-enabled server port",
}

// WantsTLS says whether an answer is from a server that speaks TLS, and came for a request that
// did not. It speaks of the connection, and not for the operation.
func WantsTLS(scheme string, answer *exchange.Response) bool {
	return scheme == "http" && answer.Status == http.StatusBadRequest &&
		slices.ContainsFunc(tlsWanted, func(words string) bool { return bytes.Contains(answer.Body, []byte(words)) })
}

// ErrWantsTLS stands for an answer that WantsTLS is true of.
var ErrWantsTLS = errors.New("plain HTTP to a server that speaks TLS")

// ofConnection knows the errors of the network, and of a peer that hangs up.
func ofConnection(err error, from Peer, inBody bool) *exchange.Failure {
	var unknownHost *net.DNSError
	text := err.Error()
	broken := errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || strings.Contains(text, "stream error: ")
	closed := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || strings.Contains(text, "server closed idle connection") ||
		strings.Contains(text, "unexpected EOF reading trailer") || strings.Contains(text, "GOAWAY")
	switch {
	case errors.As(err, &unknownHost):
		return failed(exchange.UnknownHost, "the host name of %s is not known; check %s and the name server", from.Host, from.URLKey)
	case errors.Is(err, syscall.ECONNREFUSED):
		return failed(exchange.Refused, "nothing listens on %s; is the server running, and the port in %s right?", from.Host, from.URLKey)
	case errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH):
		return failed(exchange.UnknownFailure, "no route leads to %s; check %s and the network", from.Host, from.URLKey)
	case inBody && (broken || closed):
		return failed(exchange.Truncated, "%s broke off the connection before the body was whole; see the server's log", from.Host)
	case broken:
		return failed(exchange.Reset, "%s reset the connection; see the server's log", from.Host)
	case closed:
		return failed(exchange.Reset, "%s closed the connection without a whole answer; see the server's log", from.Host)
	}
	return nil
}

// ofFraming knows the errors of an answer that HTTP cannot read. net/http has no types for them.
func ofFraming(err error, from Peer, inBody bool) *exchange.Failure {
	text := err.Error()
	switch {
	case strings.Contains(text, "server response headers exceeded"):
		return failed(exchange.TooLarge, "the header of %s's answer goes on and on; no answer of this operation needs so much: see the server's log", from.Host)
	case inBody:
		return failed(exchange.Malformed, "the body of %s's answer is not framed as HTTP/1.1 wants it (RFC 9112 section 7.1); see the server's log", from.Host)
	}
	if strings.Contains(text, "malformed MIME") {
		// A line that breaks off cannot be told from one that is wrong.
		return failed(exchange.Malformed, "%s sent a header that HTTP cannot read, or hung up within it; see the server's log", from.Host)
	}
	for _, mark := range []string{"malformed HTTP", "bad Content-Length", "multiple Content-Length",
		"too many transfer encodings", "unsupported transfer encoding", "too many 1xx"} {
		if strings.Contains(text, mark) {
			return failed(exchange.Malformed, "%s sent something that is not HTTP; is %s the API's address?", from.Host, from.URLKey)
		}
	}
	return nil
}

// Innermost is the text of the error at the bottom of the chain without the name of the Go package
// that it begins with. It names no URL.
func Innermost(err error) string { return withoutPackage(innermost(err)) }

// innermost is the text of the error at the bottom of the chain, which names no URL. A peer may
// have chosen its words, so that what a terminal would obey is escaped.
func innermost(err error) string {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	text := err.Error()
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) || !utf8.ValidString(text) {
		return strconv.Quote(text)
	}
	return text
}

// withoutPackage is an error's text without the name of the Go package that it begins with.
func withoutPackage(text string) string {
	for _, name := range []string{"x509: ", "tls: ", "oauth2: ", "net/http: "} {
		text = strings.TrimPrefix(text, name)
	}
	return text
}
