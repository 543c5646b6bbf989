package session

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"conformance/internal/exchange"
)

// Recorder is an http.RoundTripper that hands each exchange of another one to a sink, when
// its answer ends: on the last byte of the body, an error, or Close. It sends every request
// just as it is, malformed or not, and hands over the answer's bytes as they come. It is safe
// for concurrent use.
//
// The other RoundTripper should be an http.Transport with DisableCompression: else it asks
// for gzip, decodes it, and the answer is not what the wire carried. The exchange then says
// so in Uncompressed.
type Recorder struct {
	next   http.RoundTripper
	captor *captor
}

// NewRecorder records what goes through next. The session's time starts now.
func NewRecorder(next http.RoundTripper, capture Capture) *Recorder {
	return &Recorder{next: next, captor: newCaptor(capture)}
}

// RoundTrip sends the request through the other RoundTripper and returns what that returns.
// A request's case is that of its context (WithCase).
func (r *Recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	o := r.captor.observe(exchange.Request{Method: request.Method, URL: sentURL(request)})
	if o.exchange.Request.Method == "" {
		o.exchange.Request.Method = http.MethodGet
	}
	sent := caseOf(request.Context())
	o.exchange.Case, o.exchange.Attempt = sent.name, sent.attempt
	header := &wireHeader{request: request}
	o.header = header.get
	response, err := r.next.RoundTrip(watched(request, o, header))
	if err != nil {
		o.end(failureOf(err, request.URL.Host, false))
		return response, err
	}
	o.exchange.Response = &exchange.Response{
		Proto: response.Proto, Status: response.StatusCode,
		Header:       withTransferEncoding(response.Header, response.TransferEncoding),
		Uncompressed: response.Uncompressed,
	}
	switch {
	case response.StatusCode == http.StatusSwitchingProtocols:
		// The body is a connection now, and what it carries no HTTP.
		o.end(nil)
	case response.Body == nil, response.Body == http.NoBody, response.ContentLength == 0:
		o.end(nil)
	default:
		response.Body = &answerBody{source: response.Body, observation: o, missing: response.ContentLength, host: request.URL.Host}
	}
	return response, nil
}

// sentURL is the URL without what is not sent: the user and the fragment.
func sentURL(request *http.Request) string {
	sent := *request.URL
	sent.User, sent.Fragment, sent.RawFragment = nil, "", ""
	if strings.HasPrefix(sent.Opaque, "/") {
		// It is the path as it goes out, which net/url would write without the host.
		sent.Opaque = "//" + sent.Host + sent.Opaque
	}
	return sent.String()
}

// withTransferEncoding is a copy of a header with what net/http took out of it.
func withTransferEncoding(header http.Header, codings []string) http.Header {
	whole := header.Clone()
	if len(codings) == 0 {
		return whole
	}
	if whole == nil {
		whole = http.Header{}
	}
	whole[transferEncoding] = slices.Clone(codings)
	return whole
}

// watched is the request with a body and a trace that let the observation see what is sent.
func watched(request *http.Request, o *observation, header *wireHeader) *http.Request {
	copied := request.WithContext(httptrace.WithClientTrace(request.Context(), &httptrace.ClientTrace{
		GotConn:          func(httptrace.GotConnInfo) { header.restart() },
		WroteHeaderField: header.add,
	}))
	if request.Body == nil || request.Body == http.NoBody {
		return copied
	}
	copied.Body = &seenBody{kept: o.requestBody, source: request.Body}
	if request.GetBody != nil {
		copied.GetBody = func() (io.ReadCloser, error) {
			body, err := request.GetBody()
			if err != nil {
				return nil, err
			}
			o.requestBody.restart()
			return &seenBody{kept: o.requestBody, source: body}, nil
		}
	}
	return copied
}

// wireHeader is the header of a request as the transport writes it, with what it adds.
type wireHeader struct {
	mutex   sync.Mutex
	request *http.Request
	header  http.Header
	fields2 bool // they are those of HTTP/2, in lower case
}

// restart forgets the header: the request is written to a connection, perhaps another one.
func (w *wireHeader) restart() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.header, w.fields2 = nil, false
}

func (w *wireHeader) add(name string, values []string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if strings.HasPrefix(name, ":") {
		w.fields2 = true
		return
	}
	if w.fields2 {
		name = http.CanonicalHeaderKey(name)
	}
	if w.header == nil {
		w.header = http.Header{}
	}
	w.header[name] = append(w.header[name], values...)
}

// get is the header as it was written, or where no http.Transport wrote it, as it was given.
func (w *wireHeader) get() http.Header {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	header := w.header.Clone()
	if header == nil {
		header = withTransferEncoding(w.request.Header, w.request.TransferEncoding)
		if header == nil {
			header = http.Header{}
		}
		if host := w.request.Host; host != "" {
			header["Host"] = []string{host}
		}
	}
	if hosts := header["Host"]; len(hosts) == 1 && hosts[0] == w.request.URL.Host {
		delete(header, "Host")
	}
	// It is for the proxy on the way, not for the server.
	delete(header, "Proxy-Authorization")
	return header
}

// answerBody is the body of an answer that ends its observation. It can be closed while it is read.
type answerBody struct {
	source      io.ReadCloser
	observation *observation
	missing     int64 // bytes that are still to come; negative when that is not known
	read        atomic.Int64
	host        string
}

// Read reads on. The exchange is handed over before the last bytes are.
func (b *answerBody) Read(into []byte) (int, error) {
	n, err := b.source.Read(into)
	b.observation.responseBody.add(into[:n])
	read := b.read.Add(int64(n))
	switch {
	case err == io.EOF, b.missing >= 0 && read == b.missing:
		b.observation.end(nil)
	case err != nil:
		b.observation.end(failureOf(err, b.host, true))
	}
	return n, err
}

// Close ends the exchange, if its body has not.
func (b *answerBody) Close() error {
	b.observation.end(&exchange.Failure{Kind: exchange.Interrupted, Message: fmt.Sprintf(
		"the client closed the body of %s's answer after %d bytes, before its end", b.host, b.read.Load())})
	return b.source.Close()
}
