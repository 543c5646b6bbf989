package session

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"

	"conformance/internal/exchange"
)

// Tap is a handler that hands each exchange of another one to a sink. It records requests as
// they arrived, also those that no client library would send: with a query like "?x=%zz", a
// form that cannot be parsed, two Content-Types. Of the answers it records what the handler
// said, not what net/http adds to it, such as Date.
//
// The exchange is handed over before the client gets the end of its answer, so that what a
// client has received is recorded, even if the process is killed right after. An answer
// that the handler breaks off has a failure of the kind Truncated, or Reset where it had
// not begun; one that the client did not wait for is Interrupted.
//
// What the handler leaves unread of an HTTP/1 request's body is recorded too, up to the
// 256 KiB that net/http itself would read; of a longer one, or one that the client sends only
// on demand (RFC 9110 section 10.1.1), only what the handler read.
func Tap(next http.Handler, capture Capture) http.Handler {
	captor := newCaptor(capture)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o := captor.observe(exchange.Request{
			Method: r.Method, URL: arrivedURL(r),
			Header: withTransferEncoding(r.Header, r.TransferEncoding),
		})
		answer := &tappedAnswer{inner: w, request: r, observation: o, length: -1}
		if r.Body != nil && r.Body != http.NoBody {
			answer.body = &seenBody{kept: o.requestBody, source: r.Body}
			answer.body.mayReadAhead.Store(r.ProtoMajor == 1 && r.ContentLength <= readAheadLimit && r.Header.Get("Expect") == "")
			// The request itself is changed and not a copy, because the server removes the files
			// of a multipart form from it.
			r.Body = answer.body
		}
		returned := false
		defer func() { answer.end(returned) }()
		next.ServeHTTP(answer, r)
		returned = true
	})
}

// arrivedURL is the URL of a request to a server, to the byte as it stood in the request
// line, and with the host of the Host header.
func arrivedURL(r *http.Request) string {
	if !strings.HasPrefix(r.RequestURI, "/") || r.Host == "" {
		return r.RequestURI
	}
	if r.TLS != nil {
		return "https://" + r.Host + r.RequestURI
	}
	return "http://" + r.Host + r.RequestURI
}

// tappedAnswer is an http.ResponseWriter that keeps what is written. It has no ReadFrom: the
// bytes must come by.
type tappedAnswer struct {
	inner       http.ResponseWriter
	request     *http.Request
	body        *seenBody // nil when the request has none
	observation *observation
	length      int64 // what Content-Length announces, or -1
	written     int64
	bodiless    bool  // the answer has no body, whatever its Content-Length says
	failed      error // the first write that failed
}

// Unwrap lets an http.ResponseController reach what this writer does not do itself.
func (t *tappedAnswer) Unwrap() http.ResponseWriter { return t.inner }

// Header is the answer's header.
func (t *tappedAnswer) Header() http.Header { return t.inner.Header() }

// WriteHeader sends the header. Statuses below 200, but for 101, are not recorded.
func (t *tappedAnswer) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		t.begin(status)
	}
	t.inner.WriteHeader(status)
}

// begin records the header, the first time that it is called.
func (t *tappedAnswer) begin(status int) {
	if t.observation.exchange.Response != nil {
		return
	}
	if t.body != nil {
		t.body.readAhead()
	}
	header := t.inner.Header().Clone()
	t.observation.exchange.Response = &exchange.Response{Proto: t.request.Proto, Status: status, Header: header}
	if length, err := strconv.ParseInt(header.Get("Content-Length"), 10, 64); err == nil {
		t.length = length
	}
	t.bodiless = t.request.Method == http.MethodHead || status == http.StatusNoContent ||
		status == http.StatusNotModified || status == http.StatusSwitchingProtocols
	if t.bodiless || t.length == 0 {
		t.observation.end(nil)
	}
}

// Write sends a part of the body. With the part that completes the announced length the
// exchange has ended.
func (t *tappedAnswer) Write(part []byte) (int, error) {
	t.begin(http.StatusOK)
	fits := t.length < 0 || t.written+int64(len(part)) <= t.length
	if fits && !t.bodiless {
		t.observation.responseBody.add(part)
		t.written += int64(len(part))
		if t.written == t.length {
			t.observation.end(nil)
		}
	}
	n, err := t.inner.Write(part)
	if err != nil && fits && !t.bodiless && t.failed == nil {
		t.failed = err
	}
	return n, err
}

// Flush is FlushError for an http.Flusher.
func (t *tappedAnswer) Flush() { _ = t.FlushError() }

// FlushError sends what was written so far, as http.ResponseController wants it.
func (t *tappedAnswer) FlushError() error {
	t.begin(http.StatusOK)
	return http.NewResponseController(t.inner).Flush()
}

// EnableFullDuplex lets the handler read on while it answers; then nothing is read ahead.
func (t *tappedAnswer) EnableFullDuplex() error {
	t.neverReadAhead()
	return http.NewResponseController(t.inner).EnableFullDuplex()
}

// Hijack hands the connection to the handler. What that answers on it is not seen, unless it
// sent a header before.
func (t *tappedAnswer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	t.neverReadAhead()
	connection, buffer, err := http.NewResponseController(t.inner).Hijack()
	if err == nil {
		t.observation.end(&exchange.Failure{Kind: exchange.UnknownFailure,
			Message: "the handler took the connection over, so that its answer was not seen"})
	}
	return connection, buffer, err
}

func (t *tappedAnswer) neverReadAhead() {
	if t.body != nil {
		t.body.mayReadAhead.Store(false)
	}
}

// end ends the exchange when the handler has returned, or has panicked.
func (t *tappedAnswer) end(returned bool) {
	if returned {
		t.begin(http.StatusOK)
	}
	t.observation.end(t.failure(returned))
}

func (t *tappedAnswer) failure(returned bool) *exchange.Failure {
	switch {
	case t.observation.exchange.Response == nil:
		return &exchange.Failure{Kind: exchange.Reset, Message: "the server broke off without an answer"}
	case t.failed != nil:
		return &exchange.Failure{Kind: exchange.Interrupted, Message: "the client did not wait for the end of the answer"}
	case !returned:
		return &exchange.Failure{Kind: exchange.Truncated, Message: "the server broke off before the body was whole"}
	case t.length > t.written && !t.bodiless:
		return &exchange.Failure{Kind: exchange.Truncated, Message: fmt.Sprintf(
			"the body ended after %d bytes of the %d that its Content-Length announces", t.written, t.length)}
	}
	return nil
}
