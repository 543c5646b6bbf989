package session

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"conformance/internal/exchange"
)

// failureOf makes a failure of a transport's error. Of the error's own text it uses only the
// innermost part, which names no URL.
func failureOf(err error, host string, inBody bool) *exchange.Failure {
	var recorded *exchange.Failure
	if errors.As(err, &recorded) {
		return recorded
	}
	kind := failureKind(err, inBody)
	what := "no answer from " + host
	if inBody {
		what = "the body of " + host + "'s answer is not whole"
	}
	return &exchange.Failure{Kind: kind, Message: fmt.Sprintf("%s (%s): %s", what, kind, innermost(err))}
}

func failureKind(err error, inBody bool) exchange.FailureKind {
	for _, known := range failureKinds {
		if known.is(err) {
			if inBody && known.inBody != "" {
				return known.inBody
			}
			return known.kind
		}
	}
	return exchange.UnknownFailure
}

// failureKinds says which error is which failure, the most telling first. A kind can be
// another one once the header of the answer has been read.
var failureKinds = []struct {
	is           func(error) bool
	kind, inBody exchange.FailureKind
}{
	{is: isAny(context.Canceled), kind: exchange.Interrupted},
	{is: isTimeout, kind: exchange.Timeout, inBody: exchange.TimeoutInBody},
	{is: as[*net.DNSError], kind: exchange.UnknownHost},
	{is: isAny(syscall.ECONNREFUSED), kind: exchange.Refused},
	{is: as[*tls.CertificateVerificationError], kind: exchange.TLS},
	{is: as[x509.HostnameError], kind: exchange.TLS},
	{is: as[tls.RecordHeaderError], kind: exchange.TLS},
	{is: as[tls.AlertError], kind: exchange.TLS},
	{is: says("tls: "), kind: exchange.TLS},
	{is: isAny(syscall.ECONNRESET, syscall.EPIPE, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed), kind: exchange.Reset, inBody: exchange.Truncated},
	{is: says("server closed idle connection"), kind: exchange.Reset},
	{is: says("stream error: "), kind: exchange.Reset, inBody: exchange.Truncated},
	{is: says("malformed"), kind: exchange.Malformed},
	{is: says("invalid byte in chunk length"), kind: exchange.Malformed},
	{is: says("bad Content-Length"), kind: exchange.Malformed},
	{is: says("unsupported transfer encoding"), kind: exchange.Malformed},
	{is: says("server response headers exceeded"), kind: exchange.TooLarge},
}

func isAny(targets ...error) func(error) bool {
	return func(err error) bool {
		for _, target := range targets {
			if errors.Is(err, target) {
				return true
			}
		}
		return false
	}
}

func as[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

// says tells an error by its text. net/http has no types for these.
func says(part string) func(error) bool {
	return func(err error) bool { return strings.Contains(err.Error(), part) }
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// innermost is the text of the error at the bottom of the chain.
func innermost(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
}
