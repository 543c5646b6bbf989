package mock

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/clock"
	"conformance/internal/exchange"
	"conformance/internal/session"
)

// onTheWire is the whole answer to a request for the account a, to the byte, until the mock
// closes the connection.
func (a answering) onTheWire(method string) string {
	a.t.Helper()
	connection, err := net.Dial("tcp", a.Listener.Addr().String())
	if err != nil {
		a.t.Fatal(err)
	}
	defer connection.Close()
	fmt.Fprintf(connection, "%s /accounts/a/unlock HTTP/1.1\r\nHost: mock\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", method)
	answer, err := io.ReadAll(connection)
	if err != nil && !errors.Is(err, net.ErrClosed) {
		a.t.Fatal(err)
	}
	return string(answer)
}

// answered is an exchange with an answer of these header fields and this body.
func answered(status int, header http.Header, body string) exchange.Exchange {
	e := recorded(1, "", "a", "{}", status, body)
	e.Response.Header = header
	return e
}

func TestAnswersOnTheWire(t *testing.T) {
	const body = "\x00\xff\r\n\t{\"id\": \"ü\"} "
	for _, test := range []struct {
		name   string
		method string
		with   exchange.Exchange
		want   string
	}{
		{"nothing is added", "POST", answered(202, http.Header{}, body),
			"HTTP/1.1 202 Accepted\r\nContent-Length: 18\r\nConnection: close\r\n\r\n" + body},
		{"as recorded", "POST", answered(400, http.Header{"Content-Type": {"text/plain", "x/y"}, "Date": {"then"}, "X-A": {"1", "", "\xff"}, "Content-Length": {"18"}}, body),
			"HTTP/1.1 400 Bad Request\r\nContent-Length: 18\r\nContent-Type: text/plain\r\nContent-Type: x/y\r\nDate: then\r\nX-A: 1\r\nX-A: \r\nX-A: \xff\r\nConnection: close\r\n\r\n" + body},
		{"names in small letters", "POST", answered(202, http.Header{"content-type": {"text/plain"}, "content-length": {"1"}}, "x"),
			"HTTP/1.1 202 Accepted\r\nContent-Length: 1\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nx"},
		{"fields of one connection", "POST", answered(202, http.Header{"Keep-Alive": {"5"}, "Upgrade": {"h2c"}, "Connection": {"keep-alive"}, "Proxy-Connection": {"keep-alive"}, "Te": {"trailers"}, "Trailer": {"X"}, ":status": {"202"}}, "x"),
			"HTTP/1.1 202 Accepted\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"},
		{"a length that labels made wrong", "POST", answered(202, http.Header{"Content-Length": {"900"}}, "<credential-1>"),
			"HTTP/1.1 202 Accepted\r\nContent-Length: 14\r\nConnection: close\r\n\r\n<credential-1>"},
		{"chunked", "POST", answered(202, http.Header{"Transfer-Encoding": {"chunked"}}, "abc"),
			"HTTP/1.1 202 Accepted\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"},
		{"coded", "POST", answered(202, http.Header{"Content-Encoding": {"gzip"}, "Content-Length": {"4"}}, "\x1f\x8b\x08\x00"),
			"HTTP/1.1 202 Accepted\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\nConnection: close\r\n\r\n\x1f\x8b\x08\x00"},
		{"head", "HEAD", answered(200, http.Header{"Content-Length": {"900"}}, ""),
			"HTTP/1.1 200 OK\r\nContent-Length: 900\r\nConnection: close\r\n\r\n"},
		{"no content", "POST", answered(204, http.Header{}, ""), "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"},
		{"not modified", "POST", answered(304, http.Header{"Etag": {`"x"`}}, ""), "HTTP/1.1 304 Not Modified\r\nEtag: \"x\"\r\nConnection: close\r\n\r\n"},
		{"no content, and yet a body", "POST", answered(204, http.Header{}, "x"), "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"},
		{"a name in two spellings", "POST", answered(202, http.Header{"X-A": {"1"}, "x-a": {"1"}}, "x"),
			"HTTP/1.1 202 Accepted\r\nContent-Length: 1\r\nX-A: 1\r\nX-A: 1\r\nConnection: close\r\n\r\nx"},
		{"a length that is none", "POST", answered(202, http.Header{"Content-Length": {"long"}}, "x"), "HTTP/1.1 202 Accepted\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"},
		{"the greatest status", "POST", answered(999, http.Header{}, ""), "HTTP/1.1 999 status code 999\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
		{"an odd status", "POST", answered(799, http.Header{}, "x"), "HTTP/1.1 799 status code 799\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.with.Request.Method = test.method
			if diff := cmp.Diff(test.want, serve(t, Options{}, test.with).onTheWire(test.method)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStatusThatCannotBeSent(t *testing.T) {
	for _, status := range []int{99, 199, 1000} {
		answer := serve(t, Options{}, answered(status, http.Header{}, "")).onTheWire("POST")
		if !strings.HasPrefix(answer, "HTTP/1.1 501 ") || !strings.Contains(answer, fmt.Sprintf("status %d,", status)) {
			t.Error(answer)
		}
	}
}

// failing is an exchange that failed, after the beginning of an answer or without one.
func failing(kind exchange.FailureKind, response *exchange.Response) exchange.Exchange {
	e := answered(202, nil, "")
	e.Response, e.Failure = response, &exchange.Failure{Kind: kind, Message: "it failed"}
	return e
}

func TestFailuresOnTheWire(t *testing.T) {
	begun := func(header http.Header) *exchange.Response {
		return &exchange.Response{Status: 202, Header: header, Body: []byte("abc")}
	}
	for _, test := range []struct {
		name string
		with exchange.Exchange
		want string
	}{
		{"refused", failing(exchange.Refused, nil), ""},
		{"reset", failing(exchange.Reset, nil), ""},
		{"malformed", failing(exchange.Malformed, nil), ""},
		{"timeout", failing(exchange.Timeout, nil), ""},
		{"truncated", failing(exchange.Truncated, begun(http.Header{"Content-Length": {"9"}})), "HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\nConnection: close\r\n\r\nabc"},
		{"truncated in chunks", failing(exchange.Truncated, begun(http.Header{"Transfer-Encoding": {"chunked"}})),
			"HTTP/1.1 202 Accepted\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"},
		{"truncated, of unknown length", failing(exchange.Truncated, begun(http.Header{})),
			"HTTP/1.1 202 Accepted\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"},
		{"timeout in the body", failing(exchange.TimeoutInBody, begun(http.Header{"Content-Length": {"9"}})), "HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\nConnection: close\r\n\r\nabc"},
		{"larger than was recorded", failing(exchange.TooLarge, begun(http.Header{"Content-Length": {"9"}})), "HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\nConnection: close\r\n\r\nabc"},
		{"whole, the request was too large", failing(exchange.TooLarge, begun(http.Header{"Content-Length": {"3"}})), "HTTP/1.1 202 Accepted\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"},
	} {
		t.Run(test.name, func(t *testing.T) {
			waited := clock.NewVirtual(time.Unix(0, 0))
			if diff := cmp.Diff(test.want, serve(t, Options{Clock: waited}, test.with).onTheWire("POST")); diff != "" {
				t.Error(diff)
			}
			want := time.Duration(0)
			if strings.HasPrefix(test.name, "timeout") {
				want = longestWait
			}
			if held := waited.Now().Sub(time.Unix(0, 0)); held != want {
				t.Errorf("held for %s, want %s", held, want)
			}
		})
	}
}

func TestLatency(t *testing.T) {
	long := recorded(2, "", "b", "{}", 202, "two")
	long.Duration = time.Hour
	for latency, want := range map[bool]time.Duration{false: 0, true: 3*time.Second + longestWait} {
		waited := clock.NewVirtual(time.Unix(0, 0))
		a := serve(t, Options{Clock: waited, Latency: latency}, recorded(1, "", "a", "{}", 202, "one"), long)
		a.unlock("a", "", "{}")
		a.unlock("b", "", "{}")
		if passed := waited.Now().Sub(time.Unix(0, 0)); passed != want {
			t.Errorf("latency %v: waited %s, want %s", latency, passed, want)
		}
	}
}

// A client that goes away while its answer is late holds nothing.
func TestLatencyEndsWithTheClient(t *testing.T) {
	e := recorded(1, "", "a", "{}", 202, "one")
	e.Duration = longestWait
	a := serve(t, Options{Latency: true}, e)
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan struct{})
	handler := a.Config.Handler
	done := make(chan any, 1)
	a.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { done <- recover() }()
		close(waiting)
		handler.ServeHTTP(w, r)
	})
	go func() { <-waiting; cancel() }()
	request, err := http.NewRequestWithContext(ctx, "POST", a.URL+"/accounts/a/unlock", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if response, err := a.Client().Do(request); err == nil {
		response.Body.Close()
		t.Error("answered")
	}
	if reason := <-done; reason != http.ErrAbortHandler {
		t.Errorf("the handler ended with %v", reason)
	}
}

// The generated certificate is good for this machine's names and the host, and for no other.
func TestCertificate(t *testing.T) {
	now := time.Now()
	certificate, authority, err := GenerateCertificate("mock.test", now)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority) {
		t.Fatal("the authority is no PEM text")
	}
	parsed, err := x509.ParseCertificate(certificate.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, good := range map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true, "mock.test": true, "example.com": false} {
		if _, err := parsed.Verify(x509.VerifyOptions{Roots: roots, DNSName: name}); (err == nil) != good {
			t.Errorf("%s: %v", name, err)
		}
	}
	if strings.Contains(string(authority), "PRIVATE") {
		t.Error("the private key is in the text for clients")
	}
	if parsed.KeyUsage&x509.KeyUsageDigitalSignature == 0 || parsed.KeyUsage&x509.KeyUsageCertSign == 0 {
		t.Errorf("its key is for %b", parsed.KeyUsage)
	}
}

// A host is named in the certificate as what it is; every address, and none, are no names.
func TestCertificateNamesTheHost(t *testing.T) {
	for host, want := range map[string]string{
		"":           "[localhost] [127.0.0.1 ::1]",
		"localhost":  "[localhost] [127.0.0.1 ::1]",
		"mock.test":  "[localhost mock.test] [127.0.0.1 ::1]",
		"192.0.2.7":  "[localhost] [127.0.0.1 ::1 192.0.2.7]",
		"0.0.0.0":    "[localhost] [127.0.0.1 ::1]",
		"2001:db8::": "[localhost] [127.0.0.1 ::1 2001:db8::]",
	} {
		certificate, _, err := GenerateCertificate(host, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := x509.ParseCertificate(certificate.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(parsed.DNSNames, parsed.IPAddresses); got != want {
			t.Errorf("%q: %s, want %s", host, got, want)
		}
	}
}

func TestHTTP2(t *testing.T) {
	recording := session.NewRecording(session.Manifest{Target: target}, session.Cassette{Name: "202", Exchanges: []exchange.Exchange{
		recorded(1, "", "a", "{}", 202, "one"), failing(exchange.Reset, nil)}})
	m, err := New(recording, Options{})
	if err != nil {
		t.Fatal(err)
	}
	certificate, authority, err := GenerateCertificate("", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(m)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}}
	defer client.CloseIdleConnections()
	response, err := client.Post(server.URL+"/accounts/a/unlock", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); response.ProtoMajor != 2 || string(body) != "one" || err != nil {
		t.Errorf("%s %s %v", response.Proto, body, err)
	}
	if response, err := client.Post(server.URL+"/accounts/a/unlock", "application/json", strings.NewReader("{}")); err == nil {
		response.Body.Close()
		t.Errorf("a reset was recorded and %s is answered", response.Status)
	}
}
