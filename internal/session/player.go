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
// network and never waits. It is safe for concurrent use, without a lock.
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

// PlayerOptions change what a Player takes for the same request. The zero value is what
// the replay of a run needs.
type PlayerOptions struct {
	// OnExhausted says what a request gets when every answer to it has been used.
	OnExhausted OnExhausted
	// IgnoreCredentials lets a request with any credential, or none, have an answer: the
	// Authorization header and others that carry secrets do not count.
	IgnoreCredentials bool
	// Authorizations, with IgnoreCredentials, are the values of the recorded Authorization
	// headers that count, the best first; "" stands for a request without one. Of requests that
	// differ in that header alone only those with the best value have their answers played. Nil
	// lets all count alike.
	Authorizations []string
	// IgnoreCase lets the context's case not count, so that answers come in recorded order.
	IgnoreCase bool
}

// NewPlayer plays a recording to requests that are sent to paths under baseURL, which need
// not be the base URL of the recording. Several players of one recording do not know of
// one another.
func NewPlayer(r *Recording, baseURL string, options PlayerOptions) *Player {
	base, _ := pathAndQuery(baseURL)
	return &Player{base: base, index: newIndex(r, options)}
}

// RoundTrip answers one request. A recorded failure is returned as the *exchange.Failure
// it was recorded as; where an answer broke off in its body, reading the body returns it.
// A request that was not recorded, or not so often, gets an *exchange.Failure of the kind
// NotRecorded that says what was recorded and what differs. Other errors are the
// context's, those of reading the request's body, and an *Error when the file of the
// recording has changed.
func (p *Player) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := readBody(request)
	if err != nil {
		return nil, err
	}
	recorded, err := p.Next(request, body)
	if err != nil {
		return nil, err
	}
	return answer(recorded, request)
}

// Next is the recorded exchange, without its request, that RoundTrip makes the answer of. The
// body is that of the request, which has been read. The errors are those of RoundTrip, but for
// recorded failures, which are in the exchange.
func (p *Player) Next(request *http.Request, body []byte) (exchange.Exchange, error) {
	if err := request.Context().Err(); err != nil {
		return exchange.Exchange{}, err
	}
	sent := caseOf(request.Context())
	key := p.keyOf(request, body)
	x := p.index
	i := x.find(sent, x.hash(key), request.Header)
	if i == none {
		return exchange.Exchange{}, &exchange.Failure{Kind: exchange.NotRecorded, Message: x.explain(sent, key, request.Header)}
	}
	return x.recording.answer(int(i))
}

func (p *Player) keyOf(request *http.Request, body []byte) requestKey {
	path := request.URL.EscapedPath()
	rest, under := below(p.base, path)
	if !under {
		rest = strings.TrimPrefix(path, "/")
	}
	key := keyOf(request.Method, rest, request.URL.RawQuery, request.Header, body)
	if key.method == "" {
		key.method = http.MethodGet
	}
	return key
}

// Unused are the recorded interactions that answered nothing so far, in order.
func (p *Player) Unused() []Item {
	var unused []Item
	for i := range p.index.used {
		if !p.index.used[i].Load() {
			unused = append(unused, p.index.recording.item(i))
		}
	}
	return unused
}

// Reset makes every interaction unused, as when the player was new. Requests that are
// answered meanwhile count as before or after it.
func (p *Player) Reset() { p.index.reset() }

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
func answer(e exchange.Exchange, request *http.Request) (*http.Response, error) {
	recorded := e.Response
	if recorded == nil {
		failure := *e.Failure
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
	if e.Failure != nil {
		failure := *e.Failure
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
		Uncompressed:  recorded.Uncompressed,
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
