package target

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"conformance/fixtures"
	"conformance/internal/clock"
	"conformance/internal/contract"
	"conformance/internal/redact"
)

// epoch is when the virtual clocks of the tests begin.
var epoch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// newTransport makes a transport as a run has it.
func newTransport(t testing.TB) *http.Transport {
	transport := &http.Transport{DisableCompression: true, MaxResponseHeaderBytes: 64 << 10}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// carrier is an http.RoundTripper that needs no network.
type carrier func(*http.Request) (*http.Response, error)

func (c carrier) RoundTrip(request *http.Request) (*http.Response, error) { return c(request) }

// served carries requests straight into a handler.
func served(handler http.Handler) carrier {
	return func(request *http.Request) (*http.Response, error) {
		recorder := httptest.NewRecorder()
		incoming := request.Clone(request.Context())
		if incoming.Body == nil {
			incoming.Body = http.NoBody
		}
		incoming.RequestURI = request.URL.RequestURI()
		handler.ServeHTTP(recorder, incoming)
		return recorder.Result(), nil
	}
}

// answer is an answer in memory; the header is given as names and values in turn.
func answer(status int, body string, header ...string) *http.Response {
	response := &http.Response{
		Proto: "HTTP/1.1", StatusCode: status, Header: http.Header{},
		Body: io.NopCloser(bytes.NewReader([]byte(body))),
	}
	for i := 0; i+1 < len(header); i += 2 {
		response.Header.Add(header[i], header[i+1])
	}
	return response
}

// newSender makes a sender to a base URL; change, if it is not nil, changes the options first.
func newSender(t testing.TB, base string, transport http.RoundTripper, change func(*SenderOptions)) *Sender {
	t.Helper()
	parsed, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	options := SenderOptions{
		Operation: contract.Unlock, URL: parsed, Timeout: time.Minute, Transport: transport,
		Clock: clock.NewVirtual(epoch), Secrets: &redact.Secrets{}, Agent: "conformance/test",
	}
	if change != nil {
		change(&options)
	}
	return NewSender(options)
}

// plainStimulus is a POST of {} for an account that needs no escaping.
func plainStimulus() Stimulus {
	return Stimulus{
		Case: "plain", Attempt: 1, Method: http.MethodPost, Segment: "acc",
		Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("{}"),
	}
}

// listen serves each connection on the loopback interface until the test ends.
func listen(t testing.TB, serve func(net.Conn)) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				serve(connection)
			}()
		}
	}()
	return listener.Addr().String()
}

// readRequest reads one request to the byte: its head, and as much body as it announces.
func readRequest(connection net.Conn) (head, body string, err error) {
	reader := bufio.NewReader(connection)
	var raw bytes.Buffer
	request, err := http.ReadRequest(bufio.NewReader(io.TeeReader(oneByOne{reader}, &raw)))
	if err != nil {
		return "", "", err
	}
	head = raw.String()
	rest := make([]byte, max(0, request.ContentLength))
	if _, err := io.ReadFull(reader, rest); err != nil {
		return "", "", err
	}
	return head, string(rest), nil
}

// oneByOne hands over a byte a time, so that nothing is read ahead.
type oneByOne struct{ from io.Reader }

func (o oneByOne) Read(into []byte) (int, error) { return o.from.Read(into[:min(1, len(into))]) }

// captured is a request as the wire carried it.
type captured struct{ head, body string }

// capture listens and keeps what it is sent; it answers everything with 202.
func capture(t testing.TB) (address string, requests <-chan captured) {
	kept := make(chan captured, 64)
	address = listen(t, func(connection net.Conn) {
		head, body, err := readRequest(connection)
		if err != nil {
			t.Errorf("read a request: %v", err)
		}
		kept <- captured{head, body}
		fmt.Fprint(connection, "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
	})
	return address, kept
}

func loadFixtures(t testing.TB) *fixtures.Set {
	t.Helper()
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	return set
}
