package reference

import (
	"net/http"
	"strconv"
	"time"
)

// answer is an answer as a value, before any of it is sent.
type answer struct {
	status int
	header http.Header
	// document is what the body says; nil for none.
	document any
	// body is the document in JSON, from when it was encoded.
	body     []byte
	delivery delivery
}

// delivery is how an answer gets on its way. All but the first are for faults and variants.
type delivery int

const (
	// whole sends everything, with its Content-Length.
	whole delivery = iota
	// chunked sends everything, without telling its length beforehand.
	chunked
	// cutOff breaks the connection off in the middle of the body.
	cutOff
	// closed breaks the connection off with nothing sent.
	closed
	// garbled sends something that is not HTTP.
	garbled
)

// send puts an answer on the wire. An error in writing means that the client has gone.
func (a *answer) send(writer http.ResponseWriter) {
	switch a.delivery {
	case closed:
		panic(http.ErrAbortHandler)
	case garbled:
		garble(writer)
		return
	}
	header := writer.Header()
	for name, values := range a.header {
		header[name] = values
	}
	part := a.body
	if a.delivery == cutOff {
		// net/http closes the connection when less than the Content-Length was written.
		part = a.body[:len(a.body)/2]
	}
	if a.delivery != chunked {
		header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	writer.WriteHeader(a.status)
	writer.Write(part)
	if flusher, able := writer.(http.Flusher); able && a.delivery == chunked {
		// Without this net/http would add the length of a short body.
		flusher.Flush()
	}
}

// garble answers with a line that no HTTP client can read, where the connection can be
// had; elsewhere it breaks off.
func garble(writer http.ResponseWriter) {
	hijacker, able := writer.(http.Hijacker)
	if !able {
		panic(http.ErrAbortHandler)
	}
	connection, buffered, err := hijacker.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(writeTimeout))
	buffered.WriteString("upstream went away\r\n\r\n")
	buffered.Flush()
}
