package reference

import (
	"context"
	"net"
	"net/http"
	"time"

	"conformance/internal/server"
)

// writeTimeout bounds the reading of a request, and the writing of its answer.
const writeTimeout = 15 * time.Second

// Serve answers on a listener until the context ends, then lets the requests under way
// finish for up to three seconds and closes what is left. It returns nil after a clean
// stop, and an error when accepting connections fails. It writes nothing by itself.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	return server.Serve(ctx, listener, server.Options{
		Handler: handler, ReadTimeout: writeTimeout, WriteTimeout: writeTimeout,
	})
}
