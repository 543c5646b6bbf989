package session

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"

	"conformance/internal/exchange"
)

// Player is an http.RoundTripper that answers from a recording. It never touches the
// network and never waits. It is safe for concurrent use.
//
// A request whose context names a case (WithCase) gets the answer that was recorded for
// that case and attempt, if the request is still the same. Any other request gets the
// next answer recorded for the same request: method, path under any base, query, body
// (canonical where it is JSON), Authorization header, and those headers in which recorded
// requests differ that are the same otherwise.
type Player struct {
	base  string
	index *index
}

// NewPlayer plays a recording to requests that are sent to paths under baseURL, which need
// not be the base URL of the recording.
func NewPlayer(r *Recording, baseURL string) *Player {
	base, _ := pathAndQuery(baseURL)
	return &Player{base: base, index: newIndex(r)}
}

// RoundTrip answers one request. A recorded failure is returned as the *exchange.Failure
// it was recorded as; where an answer broke off in its body, reading the body returns it.
// A request that was not recorded, or not so often, gets an *exchange.Failure of the kind
// NotRecorded that says what was recorded and what differs. The only other errors are the
// context's and those of reading the request's body.
func (p *Player) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := readBody(request)
	if err != nil {
		return nil, err
	}
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	path := request.URL.EscapedPath()
	rest, under := below(p.base, path)
	if !under {
		rest = strings.TrimPrefix(path, "/")
	}
	sent := caseOf(request.Context())
	key := keyOf(request.Method, rest, request.URL.RawQuery, request.Header, body)
	if key.method == "" {
		key.method = http.MethodGet
	}
	e := p.index.find(sent, key, request.Header)
	if e == nil {
		return nil, &exchange.Failure{Kind: exchange.NotRecorded, Message: p.index.explain(sent, key, request.Header)}
	}
	return e.answer(request)
}

// Unused are the recorded interactions that answered nothing so far, in order.
func (p *Player) Unused() []exchange.Exchange {
	var unused []exchange.Exchange
	for _, e := range p.index.entries {
		if !e.used.Load() {
			unused = append(unused, e.exchange)
		}
	}
	return unused
}

// readBody reads and closes a request's body, as a RoundTripper must.
func readBody(request *http.Request) ([]byte, error) {
	if request.Body == nil {
		return nil, nil
	}
	defer request.Body.Close()
	body, err := io.ReadAll(io.LimitReader(request.Body, MaxFileSize+1))
	if err != nil {
		return nil, fmt.Errorf("read the request's body: %w", err)
	}
	return body, nil
}

// answer is the recorded answer to a request, or the recorded failure.
func (e *entry) answer(request *http.Request) (*http.Response, error) {
	recorded := e.exchange.Response
	if recorded == nil {
		failure := *e.exchange.Failure
		return nil, &failure
	}
	proto := recorded.Proto
	if proto == "" {
		proto = "HTTP/1.1"
	}
	major, minor, _ := http.ParseHTTPVersion(proto)
	header := recorded.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	body := &replayedBody{Reader: bytes.NewReader(recorded.Body)}
	if e.exchange.Failure != nil {
		failure := *e.exchange.Failure
		body.failure = &failure
	}
	return &http.Response{
		Status:        statusLine(recorded.Status),
		StatusCode:    recorded.Status,
		Proto:         proto,
		ProtoMajor:    major,
		ProtoMinor:    minor,
		Header:        header,
		Body:          body,
		ContentLength: contentLength(header),
		Request:       request,
	}, nil
}

// replayedBody is a recorded body, and the failure that ended it, if one did.
type replayedBody struct {
	*bytes.Reader
	failure *exchange.Failure
}

// Read reads the recorded bytes, and after them returns the failure or io.EOF.
func (b *replayedBody) Read(into []byte) (int, error) {
	n, err := b.Reader.Read(into)
	if err == io.EOF && b.failure != nil {
		return n, b.failure
	}
	return n, err
}

// WriteTo writes all of the body, so that copying it meets the failure too.
func (b *replayedBody) WriteTo(out io.Writer) (int64, error) {
	n, err := b.Reader.WriteTo(out)
	if err == nil && b.failure != nil {
		return n, b.failure
	}
	return n, err
}

// Close does nothing.
func (b *replayedBody) Close() error { return nil }
