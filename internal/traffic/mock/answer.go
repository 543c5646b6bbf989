package mock

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"conformance/internal/exchange"
	"conformance/internal/server"
)

// play gives the recorded answer, or fails as the recorded exchange did, as far as a server can:
//
//   - a connection that was refused, reset or never made is closed without an answer;
//   - an answer that broke off breaks off at the same byte;
//   - a timeout is waited out, until the client is gone or for a minute, and then closed.
func (m *Mock) play(w http.ResponseWriter, r *http.Request, e exchange.Exchange) {
	if e.Response != nil {
		writeAnswer(w, r, *e.Response, breaksOff(e))
	}
	switch {
	case e.Failure != nil && (e.Failure.Kind == exchange.Timeout || e.Failure.Kind == exchange.TimeoutInBody):
		m.hold(r.Context())
		panic(http.ErrAbortHandler)
	case e.Response == nil, breaksOff(e):
		panic(http.ErrAbortHandler)
	}
}

// breaksOff tells whether the client must not take the recorded body for a whole one. A body
// that was too large to be recorded may be that of the request.
func breaksOff(e exchange.Exchange) bool {
	if e.Failure == nil || e.Response == nil {
		return false
	}
	return e.Failure.Kind != exchange.TooLarge || announced(*e.Response) != int64(len(e.Response.Body))
}

// hold waits until the client is gone, or the longest wait is over.
func (m *Mock) hold(ctx context.Context) {
	_ = m.options.Clock.Sleep(ctx, longestWait) // however it ends, the connection is closed
}

// ofOneConnection are the fields that mean something on the connection they were sent on alone.
var ofOneConnection = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Proxy-Connection": true, "Te": true, "Trailer": true,
	"Transfer-Encoding": true, "Upgrade": true,
}

// writeAnswer sends a recorded answer. Of one that breaks off it sends the recorded length, so
// that the client can see that there was to be more.
func writeAnswer(w http.ResponseWriter, r *http.Request, recorded exchange.Response, breaksOff bool) {
	if recorded.Status < http.StatusOK || recorded.Status > 999 {
		server.WriteJSON(w, http.StatusNotImplemented, server.Problem{Error: "not replayable", Message: "the recorded answer has the status " +
			strconv.Itoa(recorded.Status) + ", which no server can send as its last; remove the interaction from the recording"})
		return
	}
	header := w.Header()
	// net/http would add these two where the recorded server did not.
	header["Date"], header["Content-Type"] = nil, nil
	for name, values := range recorded.Header {
		if name = http.CanonicalHeaderKey(name); !ofOneConnection[name] && !strings.HasPrefix(name, ":") {
			header[name] = slices.Concat(header[name], values) // a name can stand there in two spellings
		}
	}
	hasBody := r.Method != http.MethodHead && bodyAllowed(recorded.Status)
	switch length := announced(recorded); {
	case !hasBody, breaksOff && length > int64(len(recorded.Body)):
	case breaksOff:
		delete(header, "Content-Length")
		chunk(header, r)
	case isChunked(recorded):
		delete(header, "Content-Length")
		chunk(header, r)
	default:
		// The recorded length may be that of a body before labels took the place of secrets.
		header["Content-Length"] = []string{strconv.Itoa(len(recorded.Body))}
	}
	w.WriteHeader(recorded.Status)
	if hasBody {
		_, _ = w.Write(recorded.Body) // the client may be gone
	}
	if breaksOff {
		_ = http.NewResponseController(w).Flush() // the client may be gone
	}
}

// announced is the recorded Content-Length; -1 when there is none.
func announced(recorded exchange.Response) int64 {
	for _, name := range []string{"Content-Length", "content-length"} {
		if values := recorded.Header[name]; len(values) > 0 {
			if length, err := strconv.ParseInt(strings.TrimSpace(values[0]), 10, 64); err == nil {
				return length
			}
		}
	}
	return -1
}

func isChunked(recorded exchange.Response) bool {
	values := recorded.Header["Transfer-Encoding"]
	return len(values) == 1 && values[0] == "chunked"
}

// chunk makes net/http send the body in chunks, where HTTP has them.
func chunk(header http.Header, r *http.Request) {
	if r.ProtoMajor == 1 && r.ProtoMinor >= 1 {
		header["Transfer-Encoding"] = []string{"chunked"}
	}
}

// bodyAllowed tells whether an answer with the status can have a body (RFC 9110 section 6.4.1).
func bodyAllowed(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}
