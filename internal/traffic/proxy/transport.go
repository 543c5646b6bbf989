package proxy

import (
	"crypto/tls"
	"net"
	"net/http"
	"strings"
	"time"
)

// The bounds of a connection to the target.
const (
	dialTimeout = 30 * time.Second
	// idleTimeout is shorter than servers keep idle connections, so that a request is not sent
	// into one that is just being closed.
	idleTimeout     = 2 * time.Second
	maxIdle         = 256
	maxAnswerHeader = 1 << 20
)

// NewTransport makes a transport that passes on what the wire carries: it asks for no coding and
// undoes none. It speaks HTTP/2 to a target that offers it. The timeout, from the end of the
// request to the header of the answer, bounds how long a target may think; 0 is no bound.
func NewTransport(config *tls.Config, timeout time.Duration) *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: dialTimeout}).DialContext,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    dialTimeout,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    maxIdle,
		IdleConnTimeout:        idleTimeout,
		ResponseHeaderTimeout:  timeout,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: maxAnswerHeader,
	}
}

// exactPath sends the path of a request as it is escaped in RawPath, also where net/url would
// escape it in another way, as in "/a|b".
type exactPath struct{ next http.RoundTripper }

// RoundTrip sends the request through the next RoundTripper.
func (e exactPath) RoundTrip(request *http.Request) (*http.Response, error) {
	raw := request.URL.RawPath
	if raw == request.URL.EscapedPath() || strings.HasPrefix(raw, "//") {
		return e.next.RoundTrip(request)
	}
	exact, path := *request, *request.URL
	exact.URL, path.Opaque = &path, raw
	return e.next.RoundTrip(&exact)
}

// chosen records the requests that are to be recorded, and passes the others on.
type chosen struct {
	recorded, other http.RoundTripper
	proxy           *Proxy
}

// RoundTrip sends the request.
func (c chosen) RoundTrip(request *http.Request) (*http.Response, error) {
	if !c.proxy.records(request.URL.EscapedPath()) {
		return c.other.RoundTrip(request)
	}
	c.proxy.counts.recorded.Add(1)
	return c.recorded.RoundTrip(request)
}

// records tells whether exchanges with a path are recorded.
func (p *Proxy) records(path string) bool {
	for _, pattern := range p.only {
		if pattern.Matches(path) {
			return true
		}
	}
	return len(p.only) == 0
}
