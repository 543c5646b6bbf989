// Package server runs this program's HTTP servers: it accepts connections, bounds what a client
// can hold, and stops in good order.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
)

// Options are what differs from server to server. Only Handler must be set.
type Options struct {
	Handler http.Handler
	// TLS makes it a server of https, which speaks HTTP/2 too; nil is plain http.
	TLS *tls.Config
	// ReadTimeout bounds the reading of a whole request; 0 bounds only that of its header.
	ReadTimeout time.Duration
	// WriteTimeout bounds an exchange from the end of the request's header to the end of the
	// answer; 0 leaves that to the handler.
	WriteTimeout time.Duration
	// Grace is how long the requests that are under way may go on when the server is told to
	// stop; 0 means three seconds. After it their contexts end and their connections are closed.
	Grace time.Duration
	// StopAtOnce ends the contexts of the requests under way as soon as the server is told to
	// stop, so that those who wait for nothing in particular do not use up the grace.
	StopAtOnce bool
}

// The bounds of every server: no client can hold a connection or memory for ever.
const (
	readHeaderTimeout = 5 * time.Second
	idleTimeout       = time.Minute
	defaultGrace      = 3 * time.Second
	maxHeaderBytes    = 64 << 10
	maxConnections    = 1024
)

// Serve answers on a listener until the context ends, then lets the requests under way finish
// for the grace period and closes what is left. It returns nil after a clean stop, and an error
// when accepting connections fails. It writes nothing by itself.
func Serve(ctx context.Context, listener net.Listener, options Options) error {
	base, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	if options.StopAtOnce {
		defer context.AfterFunc(ctx, cut)()
	}
	s := &http.Server{
		Handler:           options.Handler,
		TLSConfig:         options.TLS,
		BaseContext:       func(net.Listener) context.Context { return base },
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       options.ReadTimeout,
		WriteTimeout:      options.WriteTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	failed := make(chan error, 1)
	go func() { failed <- accept(s, netutil.LimitListener(listener, maxConnections)) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	stop(s, options.Grace, cut)
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	}
	return nil
}

func accept(server *http.Server, listener net.Listener) error {
	if server.TLSConfig != nil {
		return server.ServeTLS(listener, "", "")
	}
	return server.Serve(listener)
}

// stop ends the server, by force when the grace is over.
func stop(server *http.Server, grace time.Duration, cut context.CancelFunc) {
	if grace == 0 {
		grace = defaultGrace
	}
	// The context of the server has ended, so the shutdown needs one of its own.
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		cut()
		server.Close()
	}
}

// Listen takes a TCP port of this machine; port 0 takes a free one. The error is one sentence
// about the flag --listen.
func Listen(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err == nil {
		return listener, nil
	}
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return nil, fmt.Errorf("--listen %s: %w; expected HOST:PORT of this machine, port 0 takes a free one", address, err)
}

// URL is the address of a server on the listener, as a client spells it.
func URL(listener net.Listener, secure bool) string {
	if secure {
		return "https://" + listener.Addr().String()
	}
	return "http://" + listener.Addr().String()
}
