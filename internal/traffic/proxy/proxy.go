// Package proxy is a recording reverse proxy: it stands before one target, passes everything on
// as it is, and hands what went by to a recording.
package proxy

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"

	"conformance/internal/clock"
	"conformance/internal/exchange"
	"conformance/internal/server"
	"conformance/internal/session"
)

// Proxy is an http.Handler that passes requests on to one target. It is safe for concurrent use.
//
// Requests go to the target as they came, but for their Host, and for the header fields that
// concern a connection alone (RFC 9110 section 7.6.1). The client gets what the target said,
// streamed: status, header fields, every byte of the body in the coding that it came in, and
// trailers. Nothing is added: no Via, no X-Forwarded-For, no Date. The order and the case of
// field names and the reason phrase are those of net/http. Where an answer breaks off, so does
// that to the client. Where there is none the client gets 502 and the reason, as JSON.
//
// An exchange is recorded before the client has the end of the answer.
type Proxy struct {
	target   *url.URL
	only     []Pattern
	counts   *Counts
	reverse  *httputil.ReverseProxy
	underWay sync.WaitGroup
}

// Options are what a Proxy needs.
type Options struct {
	// Target is the base URL that the paths of requests are appended to.
	Target *url.URL
	// Transport carries the requests: an http.Transport that decodes nothing.
	Transport http.RoundTripper
	// Only says the paths of which exchanges are recorded: those that any of the patterns
	// matches. With none all are.
	Only []Pattern
	// Sink takes the recorded exchanges; see session.Capture.
	Sink func(exchange.Exchange)
	// Clean replaces secrets by labels before an exchange reaches Sink.
	Clean func(exchange.Exchange) exchange.Exchange
	// BodyLimit is how many bytes are recorded of each body; 0 means session.DefaultBodyLimit.
	BodyLimit int
	// Clock measures the times of the recording; nil is the system's.
	Clock clock.Clock
}

// New makes a proxy. The session's time starts now.
func New(options Options) *Proxy {
	p := &Proxy{target: options.Target, only: options.Only, counts: &Counts{}}
	recorder := session.NewRecorder(options.Transport, session.Capture{
		Sink: options.Sink, Clean: options.Clean, BodyLimit: options.BodyLimit, Clock: options.Clock,
	})
	p.reverse = &httputil.ReverseProxy{
		Rewrite:        p.rewrite,
		Transport:      exactPath{chosen{recorded: recorder, other: options.Transport, proxy: p}},
		FlushInterval:  -1, // what the target has said, the client may see
		BufferPool:     &buffers{},
		ModifyResponse: sendable,
		ErrorHandler:   p.noAnswer,
		ErrorLog:       log.New(io.Discard, "", 0),
	}
	return p
}

// Counts are those of what has gone by so far.
func (p *Proxy) Counts() *Counts { return p.counts }

// Wait returns when no request is under way.
func (p *Proxy) Wait() { p.underWay.Wait() }

// ServeHTTP passes one request on, or refuses it when it is for somebody else than the target.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.underWay.Add(1)
	defer p.underWay.Done()
	answer := &answer{ResponseWriter: w, counts: p.counts}
	if refusal := p.refusal(r); refusal != nil {
		p.counts.refused.Add(1)
		answer.extend()
		server.WriteJSON(w, refusal.status, server.Problem{Error: "refused by the recording proxy", Message: refusal.message})
		return
	}
	p.counts.underWay.Add(1)
	defer p.counts.underWay.Add(-1)
	p.reverse.ServeHTTP(answer, r)
}

// rewrite makes the request that is sent of the one that came.
func (p *Proxy) rewrite(r *httputil.ProxyRequest) {
	r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = p.target.Scheme, p.target.Host, ""
	path, _, _ := strings.Cut(arrivedPath(r.In), "?")
	r.Out.URL.RawPath = strings.TrimRight(p.target.EscapedPath(), "/") + path
	r.Out.URL.Path = strings.TrimRight(p.target.Path, "/") + r.In.URL.Path
	// httputil drops what it cannot parse of a query, and what it takes for another proxy's.
	r.Out.URL.RawQuery, r.Out.URL.ForceQuery = r.In.URL.RawQuery, r.In.URL.ForceQuery
	for _, name := range forwarded {
		if values, has := r.In.Header[name]; has {
			r.Out.Header[name] = values
		}
	}
}

// forwarded are the fields of other proxies on the way to this one.
var forwarded = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"}

// arrivedPath is the path and query of a request to the byte as they stood in its first line.
func arrivedPath(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		return r.RequestURI
	}
	// The absolute form, as clients send it to what they take for a forward proxy.
	return r.URL.RequestURI()
}

// errNoStatus is an answer that no server can pass on.
var errNoStatus = errors.New("the status of the answer is not one of 200 to 999")

// sendable refuses an answer with a status that net/http would panic over.
func sendable(answer *http.Response) error {
	if answer.StatusCode != http.StatusSwitchingProtocols && (answer.StatusCode < 200 || answer.StatusCode > 999) {
		return errNoStatus
	}
	return nil
}

// buffers keeps the buffers that bodies are copied through.
type buffers struct{ pool sync.Pool }

const bufferSize = 32 << 10

func (b *buffers) Get() []byte {
	if buffer, ok := b.pool.Get().(*[bufferSize]byte); ok {
		return buffer[:]
	}
	return make([]byte, bufferSize)
}

func (b *buffers) Put(buffer []byte) { b.pool.Put((*[bufferSize]byte)(buffer)) }
