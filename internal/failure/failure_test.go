package failure

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"conformance/internal/exchange"
)

func TestInnermostNamesNoURLAndNoPackage(t *testing.T) {
	err := &url.Error{Op: "Get", URL: "http://secret.test", Err: fmt.Errorf("x: %w", errors.New("net/http: the end"))}
	if got := Innermost(err); got != "the end" {
		t.Error(got)
	}
}

// TestOfAnUnknownPeer: what the caller does not know is not spoken of.
func TestOfAnUnknownPeer(t *testing.T) {
	for want, err := range map[string]error{
		"no answer from h in time; is the server only slow?":                   context.DeadlineExceeded,
		"no answer from h: x; see its address and the server's log":            errors.New("x"),
		"h sent something that is not HTTP; is its address the API's address?": errors.New("malformed HTTP response"),
	} {
		if got := Of(err, Peer{Host: "h"}, false); got.Message != want {
			t.Errorf("got  %s\nwant %s", got.Message, want)
		}
	}
}

// TestOfKeepsRecordedFailures: a transport that replays a recording says itself what failed.
func TestOfKeepsRecordedFailures(t *testing.T) {
	recorded := &exchange.Failure{Kind: exchange.Reset, Message: "as it was recorded"}
	if got := Of(fmt.Errorf("round trip: %w", recorded), Peer{Host: "h", Timeout: time.Second}, true); got != recorded {
		t.Errorf("got %+v", got)
	}
	if got := Of(errors.New("x"), Peer{Host: "h"}, true); got.Kind != exchange.Malformed || !strings.Contains(got.Message, "framed") {
		t.Errorf("an unknown error in a body: %+v", got)
	}
}

// TestAdviceOnRareErrors: each has a sentence that says what to do about it.
func TestAdviceOnRareErrors(t *testing.T) {
	configured := Peer{Host: "a.test", Timeout: time.Second, URLKey: "target.url", TimeoutKey: "target.timeout"}
	bare := Peer{Host: "a.test", Timeout: time.Second, URLKey: "--target"}
	late := &net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}
	for _, test := range []struct {
		err  error
		from Peer
		kind exchange.FailureKind
		want string
	}{
		{context.DeadlineExceeded, configured, exchange.Timeout, "no answer from a.test within 1s; raise target.timeout if the server is only slow"},
		{late, bare, exchange.Timeout, "no answer from a.test within 1s; is the server only slow?"},
		{syscall.EHOSTUNREACH, bare, exchange.UnknownFailure, "no route leads to a.test; check --target and the network"},
		{syscall.ENETUNREACH, configured, exchange.UnknownFailure, "no route leads to a.test; check target.url and the network"},
		{x509.CertificateInvalidError{Reason: x509.Expired}, bare, exchange.TLS,
			"the certificate of a.test has expired, or is not valid yet; renew it, and check this machine's clock"},
		{&tls.CertificateVerificationError{Err: errors.New("x509: too odd")}, bare, exchange.TLS, "the certificate of a.test is not good: too odd; mend the certificate"},
		{&tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.TooManyIntermediates}}, bare, exchange.TLS,
			"the certificate of a.test is not good: too many intermediates for path length constraint; mend the certificate"},
		{http.ErrSchemeMismatch, bare, exchange.TLS, "a.test does not speak TLS; should --target begin with http:// ?"},
		{errors.New("net/http: too many 1xx informational responses"), configured, exchange.Malformed, "a.test sent something that is not HTTP; is target.url the API's address?"},
		{errors.New(`unsupported transfer encoding: "gzip"`), configured, exchange.Malformed, "a.test sent something that is not HTTP; is target.url the API's address?"},
		{errors.New("\xff"), bare, exchange.UnknownFailure, `no answer from a.test: "\xff"; see --target and the server's log`},
	} {
		if got := Of(test.err, test.from, false); got.Kind != test.kind || got.Message != test.want {
			t.Errorf("%v: %s: %s; want %s: %s", test.err, got.Kind, got.Message, test.kind, test.want)
		}
	}
}

// TestAnswersThatWantTLS: only what came of plain HTTP speaks of the connection.
func TestAnswersThatWantTLS(t *testing.T) {
	for _, test := range []struct {
		scheme string
		status int
		body   string
		want   bool
	}{
		{"http", 400, "Client sent an HTTP request to an HTTPS server.\n", true},
		{"http", 400, "<p>The plain HTTP request was sent to HTTPS port</p>", true},
		{"http", 400, "You're speaking plain HTTP to an SSL-enabled server port.", true},
		{"http", 400, `{"detailCode":"400.1 Bad Request Content"}`, false},
		{"http", 403, "Client sent an HTTP request to an HTTPS server.\n", false},
		{"https", 400, "Client sent an HTTP request to an HTTPS server.\n", false},
	} {
		if got := WantsTLS(test.scheme, &exchange.Response{Status: test.status, Body: []byte(test.body)}); got != test.want {
			t.Errorf("%s, %d %s: %v", test.scheme, test.status, test.body, got)
		}
	}
}

// TestOfThisMachine: what this machine lacks is not held against the target.
func TestOfThisMachine(t *testing.T) {
	for _, lack := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.EADDRNOTAVAIL} {
		err := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("socket", lack)}
		if got := Of(err, Peer{Host: "h"}, false); got.Kind != exchange.Local || !strings.Contains(got.Message, lack.Error()) {
			t.Errorf("%v: %+v", lack, got)
		}
	}
}
