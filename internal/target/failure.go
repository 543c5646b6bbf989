package target

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
	"time"

	"conformance/internal/exchange"
)

// classify makes a failure of a transport's error: its kind, and one sentence with what to do.
// The error's own text is used only where it can hold nothing of the request.
func classify(err error, host string, timeout time.Duration, inBody bool) *exchange.Failure {
	var recorded *exchange.Failure
	if errors.As(err, &recorded) {
		return recorded
	}
	fail := func(kind exchange.FailureKind, format string, values ...any) *exchange.Failure {
		return &exchange.Failure{Kind: kind, Message: fmt.Sprintf(format, values...)}
	}
	var (
		unknownHost *net.DNSError
		notTLS      tls.RecordHeaderError
		certificate *tls.CertificateVerificationError
		alert       tls.AlertError
		authority   x509.UnknownAuthorityError
		timedOut    net.Error
	)
	switch {
	case errors.Is(err, context.Canceled):
		return fail(exchange.Interrupted, "the run was interrupted before the answer came")
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timedOut) && timedOut.Timeout():
		if inBody {
			return fail(exchange.TimeoutInBody, "the body did not end within %s; raise target.timeout if the server is only slow", timeout)
		}
		return fail(exchange.Timeout, "no answer within %s; raise target.timeout if the server is only slow", timeout)
	case errors.As(err, &unknownHost):
		return fail(exchange.UnknownHost, "the host name of %s is not known; check target.url and the name server", host)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fail(exchange.Refused, "nothing listens on %s; is the server running, and the port right?", host)
	case errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE):
		return fail(exchange.Reset, "%s reset the connection; see the server's log", host)
	case errors.As(err, &authority):
		return fail(exchange.TLS, "the certificate of %s is signed by an authority that this machine does not know; give it in target.tls.caFile", host)
	case errors.As(err, &certificate):
		return fail(exchange.TLS, "the certificate of %s is not good: %v; give its authority in target.tls.caFile, or mend the certificate", host, certificate.Err)
	case errors.As(err, &notTLS) || isHTTPToTLS(err):
		return fail(exchange.TLS, "%s does not speak TLS; should target.url begin with http:// ?", host)
	case errors.As(err, &alert):
		return fail(exchange.TLS, "%s broke off the TLS handshake: %v; does it ask for target.tls.certFile?", host, alert)
	case inBody && (errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)):
		return fail(exchange.Truncated, "%s closed the connection before the body was whole", host)
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(err.Error(), "server closed idle connection"):
		return fail(exchange.Reset, "%s closed the connection without an answer; see the server's log", host)
	case isMalformed(err):
		return fail(exchange.Malformed, "%s sent something that is not HTTP; is target.url the API's address?", host)
	}
	return fail(exchange.UnknownFailure, "no answer from %s: %s", host, innermost(err))
}

func isHTTPToTLS(err error) bool {
	return strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// isMalformed: net/http has no type for an answer that it cannot read.
func isMalformed(err error) bool {
	for _, mark := range []string{"malformed HTTP", "malformed MIME", "malformed chunked", "invalid byte in chunk", "invalid header",
		"bad Content-Length", "too many transfer encodings", "unsupported transfer encoding", "server response headers exceeded"} {
		if strings.Contains(err.Error(), mark) {
			return true
		}
	}
	return false
}

// innermost is the text of the error at the bottom of the chain, which names no URL.
func innermost(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
}
