package resend

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// keepAlive sends requests over connections that stay open, and so many times faster than a run,
// which has a connection for each. The price: a server may close an idle connection at the very
// moment in which a request is sent on it (RFC 9112 section 9.3.1). Such a request is sent once
// more; but not one on a connection that was busy just before: there the server closed it instead
// of answering, which is what is looked for.
type keepAlive struct {
	transport *http.Transport
	// longIdle is from when on a server may have lost its patience with an idle connection.
	longIdle time.Duration
}

// newKeepAlive makes one of a transport that is otherwise left as it is.
func newKeepAlive(original *http.Transport, connections int) *keepAlive {
	transport := original.Clone()
	transport.DisableKeepAlives = false
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 0, connections
	return &keepAlive{transport: transport, longIdle: longIdle}
}

// longIdle is shorter than any server is known to wait for the next request.
const longIdle = 500 * time.Millisecond

// RoundTrip sends a request, and once more if its connection was closed while it was idle.
func (k *keepAlive) RoundTrip(request *http.Request) (*http.Response, error) {
	var doubtful atomic.Bool // the transport's own goroutine tells of the first byte
	trace := &httptrace.ClientTrace{
		GotConn:              func(info httptrace.GotConnInfo) { doubtful.Store(info.Reused && info.IdleTime >= k.longIdle) },
		GotFirstResponseByte: func() { doubtful.Store(false) },
	}
	traced := request.WithContext(httptrace.WithClientTrace(request.Context(), trace))
	response, err := k.transport.RoundTrip(traced)
	if err == nil || !doubtful.Load() || !closed(err) {
		return response, err
	}
	again := request.Clone(request.Context())
	if request.GetBody != nil {
		if again.Body, err = request.GetBody(); err != nil {
			return nil, err
		}
	}
	return k.transport.RoundTrip(again)
}

// closed tells whether an error says that the other end had closed the connection.
func closed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		strings.Contains(err.Error(), "server closed idle connection")
}

// Close closes the idle connections.
func (k *keepAlive) Close() { k.transport.CloseIdleConnections() }
