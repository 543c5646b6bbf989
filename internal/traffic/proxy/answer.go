package proxy

import (
	"context"
	"errors"
	"net/http"
	"time"

	"conformance/internal/failure"
	"conformance/internal/server"
)

// clientTimeout is how long a client may take to accept the next part of an answer.
const clientTimeout = time.Minute

// answer is the answer to a client, to which net/http adds nothing.
type answer struct {
	http.ResponseWriter
	counts *Counts
	begun  bool
}

// Unwrap lets an http.ResponseController reach what this writer does not do itself.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// WriteHeader sends the header as it is: without a Date and a Content-Type that net/http would
// make up.
func (a *answer) WriteHeader(status int) {
	if !a.begun && (status >= 200 || status == http.StatusSwitchingProtocols) {
		a.begun = true
		a.counts.answered(status)
		header := a.Header()
		for _, name := range []string{"Date", "Content-Type"} {
			if _, has := header[name]; !has {
				header[name] = nil
			}
		}
	}
	a.extend()
	a.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the body.
func (a *answer) Write(part []byte) (int, error) {
	a.extend()
	return a.ResponseWriter.Write(part)
}

// extend gives the client time for what is written next.
func (a *answer) extend() {
	// Not every connection has deadlines; those of net/http do.
	_ = http.NewResponseController(a.ResponseWriter).SetWriteDeadline(time.Now().Add(clientTimeout))
}

// noAnswer tells the client that the target gave no answer.
func (p *Proxy) noAnswer(w http.ResponseWriter, r *http.Request, err error) {
	p.counts.failed.Add(1)
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		panic(http.ErrAbortHandler) // nobody is there to be told
	}
	own := w.(*answer) // ServeHTTP made it
	own.extend()
	server.WriteJSON(own.ResponseWriter, http.StatusBadGateway, server.Problem{
		Error:   "no answer from the target",
		Message: "the recording proxy got no answer: " + failure.Of(err, failure.Peer{Host: p.target.Host, URLKey: "--target"}, false).Message,
	})
}
