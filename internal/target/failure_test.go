package target

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"conformance/internal/clock"
	"conformance/internal/exchange"
	"conformance/internal/failure"
)

// says answers each connection with some bytes once it has read a request, and hangs up.
func says(text string) func(net.Conn) {
	return func(connection net.Conn) {
		if _, _, err := readRequest(connection); err == nil {
			io.WriteString(connection, text)
		}
	}
}

// goesOn answers with a beginning, and then with the same again and again.
func goesOn(beginning, again string) func(net.Conn) {
	return func(connection net.Conn) {
		if _, _, err := readRequest(connection); err != nil {
			return
		}
		_, err := io.WriteString(connection, beginning)
		for err == nil {
			_, err = io.WriteString(connection, again)
		}
	}
}

// encrypted listens with TLS; change sets up the server and the transport.
func encrypted(t *testing.T, change func(server, client *tls.Config)) (address string, transport *http.Transport) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{}
	transport = newTransport(t)
	transport.TLSClientConfig = &tls.Config{}
	trusted := httptest.NewTLSServer(http.NotFoundHandler())
	defer trusted.Close()
	transport.TLSClientConfig.RootCAs = trusted.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	change(server.TLS, transport.TLSClientConfig)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String(), transport
}

// failing is a way for an exchange to fail: the base URL's scheme and host, and a transport.
type failing func(t *testing.T) (scheme, host string, transport http.RoundTripper)

func raw(serve func(net.Conn)) failing {
	return func(t *testing.T) (string, string, http.RoundTripper) {
		return "http", listen(t, serve), newTransport(t)
	}
}

func overTLS(change func(server, client *tls.Config)) failing {
	return func(t *testing.T) (string, string, http.RoundTripper) {
		address, transport := encrypted(t, change)
		return "https", address, transport
	}
}

var failures = []struct {
	name string
	fail failing
	kind exchange.FailureKind
	// status is that of the answer that broke off; 0 when there was none.
	status int
	says   []string
}{
	{"refused", func(t *testing.T) (string, string, http.RoundTripper) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		return "http", listener.Addr().String(), newTransport(t)
	}, exchange.Refused, 0, []string{"nothing listens on HOST", "target.url"}},
	{"reset", raw(func(connection net.Conn) {
		if _, _, err := readRequest(connection); err == nil {
			connection.(*net.TCPConn).SetLinger(0)
		}
	}), exchange.Reset, 0, []string{"HOST reset the connection", "server's log"}},
	{"closed without an answer", raw(says("")), exchange.Reset, 0, []string{"HOST closed the connection", "server's log"}},
	{"closed in the header", raw(says("HTTP/1.1 200 OK\r\nX-A: b\r\n")), exchange.Reset, 0, []string{"HOST closed the connection", "whole answer"}},
	{"unknown host", func(t *testing.T) (string, string, http.RoundTripper) {
		transport := newTransport(t)
		silent := func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no network here") }
		transport.DialContext = (&net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: silent}}).DialContext
		return "http", "no-such-host.test", transport
	}, exchange.UnknownHost, 0, []string{"the host name of HOST is not known", "target.url"}},
	{"unknown authority", overTLS(func(_, client *tls.Config) { client.RootCAs = nil }),
		exchange.TLS, 0, []string{"authority", "HOST", "target.tls.caFile"}},
	{"another name", overTLS(func(_, client *tls.Config) { client.ServerName = "other.test" }),
		exchange.TLS, 0, []string{"HOST", "another name", "target.url"}},
	{"expired certificate", overTLS(func(_, client *tls.Config) {
		client.Time = func() time.Time { return time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC) }
	}), exchange.TLS, 0, []string{"HOST has expired", "renew"}},
	{"client certificate wanted", overTLS(func(server, _ *tls.Config) {
		server.MaxVersion, server.ClientAuth = tls.VersionTLS12, tls.RequireAnyClientCert
	}), exchange.TLS, 0, []string{"HOST broke off the TLS handshake", "target.tls.certFile"}},
	{"version too old", overTLS(func(server, _ *tls.Config) {
		server.MinVersion, server.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	}), exchange.TLS, 0, []string{"HOST", "TLS"}},
	{"TLS to plain HTTP", func(t *testing.T) (string, string, http.RoundTripper) {
		server := httptest.NewServer(http.NotFoundHandler())
		t.Cleanup(server.Close)
		return "https", server.Listener.Addr().String(), newTransport(t)
	}, exchange.TLS, 0, []string{"HOST does not speak TLS", "target.url begin with http://"}},
	{"plain HTTP to TLS", raw(says("\x15\x03\x01\x00\x02\x02\x46")),
		exchange.TLS, 0, []string{"HOST speaks TLS", "target.url begin with https://"}},
	{"plain HTTP to TLS, told in HTTP", func(t *testing.T) (string, string, http.RoundTripper) {
		address, transport := encrypted(t, func(_, _ *tls.Config) {})
		return "http", address, transport
	}, exchange.TLS, 0, []string{"HOST speaks TLS", "target.url begin with https://"}},
	{"plain HTTP to nginx's TLS", raw(says("HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html>\r\n" +
		"<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\r\n")),
		exchange.TLS, 0, []string{"HOST speaks TLS"}},
	{"truncated body", raw(says("HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{}")),
		exchange.Truncated, 202, []string{"HOST broke off", "body", "server's log"}},
	{"truncated chunks", raw(says("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")),
		exchange.Truncated, 202, []string{"HOST broke off", "body"}},
	{"truncated trailer", raw(says("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")),
		exchange.Truncated, 202, []string{"HOST broke off", "body"}},
	{"malformed status line", raw(says("upstream went away\r\n\r\n")), exchange.Malformed, 0, []string{"HOST sent something that is not HTTP", "target.url"}},
	{"malformed header", raw(says("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")), exchange.Malformed, 0, []string{"HOST sent a header that HTTP cannot read", "server's log"}},
	{"closed in a line of the header", raw(says("HTTP/1.1 200 OK\r\nConte")), exchange.Malformed, 0, []string{"HOST", "or hung up within it", "server's log"}},
	{"two lengths", raw(says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}")), exchange.Malformed, 0, []string{"not HTTP"}},
	{"bad length", raw(says("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}")), exchange.Malformed, 0, []string{"not HTTP"}},
	{"bad chunk", raw(says("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}")),
		exchange.Malformed, 202, []string{"body of HOST's answer", "RFC 9112"}},
	{"bad end of chunk", raw(says("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n")),
		exchange.Malformed, 202, []string{"body of HOST's answer", "RFC 9112"}},
	{"endless header", raw(goesOn("HTTP/1.1 200 OK\r\n", "X-Filler: "+strings.Repeat("x", 4000)+"\r\n")),
		exchange.TooLarge, 0, []string{"header of HOST's answer goes on"}},
	{"endless body", raw(goesOn("HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("x", 64<<10))),
		exchange.TooLarge, 200, []string{"goes on after 262144 bytes"}},
}

// noise is what Go's errors are made of and a reader does not want, and what must not be told.
var noise = []string{`Post "`, "http://127", "https://127", "/base", "/accounts", "/unlock", "canary", "net/http:", "x509:", "tls: ",
	"dial tcp", "read tcp", "write tcp", "EOF", "connect:", "lookup", "oauth2:", "remote error", "\n"}

func checkNoise(t *testing.T, message string) {
	t.Helper()
	for _, one := range noise {
		if strings.Contains(message, one) {
			t.Errorf("the message %q holds %q", message, one)
		}
	}
}

func TestEachFailureIsToldInItsOwnWords(t *testing.T) {
	for _, test := range failures {
		t.Run(test.name, func(t *testing.T) {
			scheme, host, transport := test.fail(t)
			stimulus := plainStimulus()
			stimulus.authorization = present("bearer", "orgAdmin", "canary-canary-canary")
			e := newSender(t, scheme+"://"+host+"/base", transport, nil).Send(t.Context(), stimulus)
			if e.Failure == nil {
				t.Fatalf("no failure, but an answer: %+v", e.Response)
			}
			if e.Failure.Kind != test.kind || e.Status() != test.status {
				t.Errorf("kind %q, status %d: %s; want kind %q, status %d", e.Failure.Kind, e.Status(), e.Failure.Message, test.kind, test.status)
			}
			for _, want := range test.says {
				if want = strings.ReplaceAll(want, "HOST", host); !strings.Contains(e.Failure.Message, want) {
					t.Errorf("the message %q does not say %q", e.Failure.Message, want)
				}
			}
			checkNoise(t, e.Failure.Message)
			if e.Request.URL == "" || e.Request.Header.Get("Authorization") != "Bearer <orgAdmin>" {
				t.Errorf("the request was not kept: %+v", e.Request)
			}
		})
	}
}

// inMemory is a transport whose connections lead to serve without any network, so that it can
// be used where time is not real.
func inMemory(serve func(net.Conn)) *http.Transport {
	return &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			serve(server)
		}()
		return client, nil
	}}
}

func TestTimeoutsSayWhereAndHowLong(t *testing.T) {
	tests := []struct {
		name, sent string
		kind       exchange.FailureKind
		want       string
	}{
		{"before the status line", "", exchange.Timeout, "no answer from a.test within 7s; raise target.timeout if the server is only slow"},
		{"in the header", "HTTP/1.1 202 Accepted\r\nX-A", exchange.Timeout, "no answer from a.test within 7s; raise target.timeout if the server is only slow"},
		{"in the body", "HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\n{", exchange.TimeoutInBody,
			"the body of a.test's answer did not end within 7s; raise target.timeout if the server is only slow"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				transport := inMemory(func(connection net.Conn) {
					says(test.sent)(connection)
					connection.Read(make([]byte, 1)) // until the client hangs up
				})
				sender := newSender(t, "http://a.test", transport, func(o *SenderOptions) {
					o.Timeout, o.Clock = 7*time.Second, clock.System{}
				})
				e := sender.Send(t.Context(), plainStimulus())
				if e.Failure == nil || e.Failure.Kind != test.kind || e.Failure.Message != test.want {
					t.Fatalf("failure %+v, want %s: %s", e.Failure, test.kind, test.want)
				}
				if e.Duration != 7*time.Second {
					t.Errorf("took %s", e.Duration)
				}
				if body := test.kind == exchange.TimeoutInBody; body != (e.Status() == 202) {
					t.Errorf("status %d", e.Status())
				}
			})
		})
	}
}

func TestAnInterruptionIsNoTimeout(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	address := listen(t, func(connection net.Conn) {
		readRequest(connection)
		interrupt()
		connection.Read(make([]byte, 1)) // until the client hangs up
	})
	e := newSender(t, "http://"+address, newTransport(t), nil).Send(ctx, plainStimulus())
	if e.Failure == nil || e.Failure.Kind != exchange.Interrupted || !strings.Contains(e.Failure.Message, "interrupted") {
		t.Errorf("failure %+v", e.Failure)
	}
}

// Errors that cannot be brought about at will.
func TestRareErrors(t *testing.T) {
	from := failure.Peer{Host: "a.test", Timeout: time.Second, URLKey: "target.url", TimeoutKey: "target.timeout"}
	recorded := &exchange.Failure{Kind: exchange.NotRecorded, Message: "not recorded: POST /x"}
	tests := []struct {
		name   string
		err    error
		inBody bool
		kind   exchange.FailureKind
	}{
		{"a recorded failure", fmt.Errorf("round trip: %w", recorded), false, exchange.NotRecorded},
		{"a reset in the body", &net.OpError{Op: "read", Err: syscall.ECONNRESET}, true, exchange.Truncated},
		{"a broken pipe", &net.OpError{Op: "write", Err: syscall.EPIPE}, false, exchange.Reset},
		{"a stream reset", errors.New("stream error: stream ID 1; INTERNAL_ERROR; received from peer"), false, exchange.Reset},
		{"a stream reset in the body", errors.New("stream error: stream ID 1; INTERNAL_ERROR; received from peer"), true, exchange.Truncated},
		{"a server that goes away", errors.New("http2: server sent GOAWAY and closed the connection"), false, exchange.Reset},
		{"a closed kept connection", errors.New("http: server closed idle connection"), false, exchange.Reset},
		{"no route", &net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}, false, exchange.UnknownFailure},
		{"an unknown version of TLS", errors.New("tls: server selected unsupported protocol version 302"), false, exchange.TLS},
		{"a proxy that refuses", &net.OpError{Op: "proxyconnect", Err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}}, false, exchange.Refused},
		{"a proxy without a host", &net.OpError{Op: "proxyconnect", Err: &net.DNSError{Err: "no such host"}}, false, exchange.UnknownHost},
		{"a proxy with another trouble", &net.OpError{Op: "proxyconnect", Err: errors.New("tls: bad record MAC")}, false, exchange.UnknownFailure},
		{"words of the peer's", errors.New("Log in\x1b[31m\u202e\nfirst"), false, exchange.UnknownFailure},
		{"something else", errors.New("something else"), false, exchange.UnknownFailure},
	}
	for _, test := range tests {
		got := failure.Of(test.err, from, test.inBody)
		if got.Kind != test.kind {
			t.Errorf("%s: kind %q, want %q: %s", test.name, got.Kind, test.kind, got.Message)
		}
		if test.kind != exchange.NotRecorded {
			checkNoise(t, got.Message)
		}
		if strings.ContainsFunc(got.Message, unicode.IsControl) {
			t.Errorf("%s: the message %+q holds what a terminal obeys", test.name, got.Message)
		}
		if strings.Contains(test.name, "a proxy") != strings.Contains(got.Message, "the proxy cannot be reached") {
			t.Errorf("%s: %s", test.name, got.Message)
		}
	}
	if got := failure.Of(fmt.Errorf("round trip: %w", recorded), from, false); got.Message != recorded.Message {
		t.Errorf("a recorded failure became %q", got.Message)
	}
}
