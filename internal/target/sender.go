package target

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"conformance/internal/clock"
	"conformance/internal/contract"
	"conformance/internal/exchange"
	"conformance/internal/failure"
	"conformance/internal/redact"
	"conformance/internal/session"
)

// SenderOptions are what a Sender needs.
type SenderOptions struct {
	Operation contract.Operation
	// URL is the base URL, with or without a slash at its end; requests go to
	// {URL}/accounts/{id}/unlock.
	URL *url.URL
	// Headers are added to every request. Those named in SecretHeaders, by their canonical
	// names, never leave in clear, wherever a request has them from.
	Headers       map[string]string
	SecretHeaders map[string]bool
	// Timeout bounds each request, from dialling to the end of the body.
	Timeout time.Duration
	// Transport carries the requests. It must hand over an answer as it was received: an
	// http.Transport with DisableCompression, which also asks for no coding.
	Transport http.RoundTripper
	Clock     clock.Clock
	Secrets   *redact.Secrets
	// Agent is the User-Agent.
	Agent string
}

// Sender sends one request at a time and makes an exchange of it. It is safe for concurrent use.
type Sender struct {
	options SenderOptions
	started time.Time
	// kept counts the bytes of all answers that are kept.
	kept atomic.Int64
}

// NewSender makes a sender. The session's time starts now.
func NewSender(options SenderOptions) *Sender {
	base := *options.URL
	base.User = nil
	base.RawPath = strings.TrimRight(base.EscapedPath(), "/")
	base.Path, _ = url.PathUnescape(base.RawPath) // EscapedPath escapes without mistakes
	options.URL = &base
	return &Sender{options: options, started: options.Clock.Now()}
}

// Stimulus is one request, ready to be sent.
type Stimulus struct {
	Case    string
	Attempt int
	Method  string
	// Segment is the account id as it is escaped in the path.
	Segment string
	// Path, where it is set, is asked for in the place of the operation's: what stands below the
	// base URL, with its first slash, escaped, and with a query if there is one.
	Path string
	// Header holds the headers beside those of every request.
	Header http.Header
	Body   []byte
	// Chunked sends the body without saying its length first.
	Chunked bool

	authorization presented
}

// Send sends a stimulus and waits for the whole answer, but no longer than the timeout. It
// never fails: what went wrong is in the exchange.
func (s *Sender) Send(ctx context.Context, stimulus Stimulus) exchange.Exchange {
	ctx, cancel := context.WithTimeout(session.WithCase(ctx, stimulus.Case, stimulus.Attempt), s.options.Timeout)
	defer cancel()
	request, err := s.request(ctx, stimulus)
	begun := s.options.Clock.Now()
	e := exchange.Exchange{
		Case: stimulus.Case, Attempt: stimulus.Attempt,
		Credential: stimulus.authorization.credential,
		Started:    begun.Sub(s.started),
	}
	if err != nil {
		e.Failure = &exchange.Failure{Kind: exchange.UnknownFailure, Message: err.Error()}
		return e
	}
	e.Request = s.sent(request, stimulus)
	response, err := s.options.Transport.RoundTrip(request)
	if err != nil {
		e.Failure = s.failure(ctx, err, false)
		e.Duration = s.options.Clock.Now().Sub(begun)
		return e
	}
	e.Response, err = s.receive(response, e.Request)
	e.Duration = s.options.Clock.Now().Sub(begun)
	if failure.WantsTLS(s.options.URL.Scheme, e.Response) {
		e.Response, e.Failure = nil, s.failure(ctx, failure.ErrWantsTLS, false)
		return e
	}
	e.Response.Header, e.Response.Body = s.options.Secrets.Answer(e.Response.Header, e.Response.Body, stimulus.authorization.label)
	if err != nil {
		e.Failure = s.failure(ctx, err, true)
	}
	return e
}

// request builds the HTTP request. The path is kept as it is escaped: hostile ids go out as
// the case spells them.
func (s *Sender) request(ctx context.Context, stimulus Stimulus) (*http.Request, error) {
	below, query, _ := strings.Cut(stimulus.Path, "?")
	if stimulus.Path == "" {
		below = s.options.Operation.Path(stimulus.Segment)
	}
	unescaped, err := url.PathUnescape(below)
	if err != nil {
		return nil, fmt.Errorf("path %q: %w", below, err)
	}
	target := *s.options.URL
	target.RawPath = s.options.URL.EscapedPath() + below
	target.Path = s.options.URL.Path + unescaped
	target.RawQuery = query
	request, err := http.NewRequestWithContext(ctx, stimulus.Method, target.String(), http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("path %q: %w", below, err)
	}
	if len(stimulus.Body) > 0 {
		request.ContentLength = int64(len(stimulus.Body))
		if stimulus.Chunked {
			request.ContentLength = -1
		}
		// With this the transport may try another connection when the server took nothing of
		// the request.
		request.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(stimulus.Body)), nil }
		request.Body, _ = request.GetBody()
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", s.options.Agent)
	for name, value := range s.options.Headers {
		request.Header.Set(name, value)
	}
	for name, values := range stimulus.Header {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	if stimulus.authorization.value != "" || stimulus.authorization.blank {
		request.Header.Set("Authorization", stimulus.authorization.value)
	}
	// net/http takes the host from here alone.
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
	}
	return request, nil
}

// sent is the request as it may be kept, with labels in the place of secrets. From here on
// these are known, so that the answer is searched for them.
func (s *Sender) sent(request *http.Request, stimulus Stimulus) exchange.Request {
	header := request.Header.Clone()
	for name := range s.options.SecretHeaders {
		if value := header.Get(name); value != "" {
			s.options.Secrets.Add(value, redact.Label(name))
			header.Set(name, redact.Label(name))
		}
	}
	if a := stimulus.authorization; a.secret != "" {
		s.options.Secrets.Add(a.secret, a.label)
		header.Set("Authorization", a.value[:len(a.value)-len(a.secret)]+a.label)
	}
	return exchange.Request{Method: request.Method, URL: request.URL.String(), Header: header, Body: stimulus.Body}
}

func (s *Sender) failure(ctx context.Context, err error, inBody bool) *exchange.Failure {
	var known *exchange.Failure
	if cause := ctx.Err(); cause != nil && !errors.As(err, &known) {
		err = cause
	}
	found := *failure.Of(err, failure.Peer{
		Host: s.options.URL.Host, Timeout: s.options.Timeout,
		URLKey: "target.url", TimeoutKey: "target.timeout",
	}, inBody)
	found.Message = s.options.Secrets.Text(found.Message)
	return &found
}
