package mock

import (
	"errors"
	"net/http"
	"sync"
	"time"

	"conformance/internal/exchange"
	"conformance/internal/server"
)

// unmatchedRequest is a request that found no answer, without secrets.
type unmatchedRequest struct {
	Time    time.Time           `json:"time"`
	Method  string              `json:"method"`
	URL     string              `json:"url"`
	Header  map[string][]string `json:"header"`
	Body    string              `json:"body,omitempty"`
	Message string              `json:"message"`
}

// The bounds of what is kept of unmatched requests.
const (
	mostUnmatched     = 100
	longestShownBody  = 4 << 10
	longestShownWords = 2 << 10
)

// unmatched keeps the last requests that found no answer.
type unmatched struct {
	mutex sync.Mutex
	total int
	last  []unmatchedRequest
}

func (u *unmatched) add(r unmatchedRequest) {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	u.total++
	if len(u.last) == mostUnmatched {
		u.last = u.last[:copy(u.last, u.last[1:])]
	}
	u.last = append(u.last, r)
}

func (u *unmatched) list() (total int, last []unmatchedRequest) {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	return u.total, append([]unmatchedRequest{}, u.last...)
}

func (u *unmatched) reset() {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	u.total, u.last = 0, nil
}

// refuse answers a request that was not recorded: 501, which the page does not know.
func (m *Mock) refuse(w http.ResponseWriter, r *http.Request, body []byte, err error) {
	if r.Context().Err() != nil {
		panic(http.ErrAbortHandler) // nobody is there to be answered
	}
	reason := server.Problem{Error: "not recorded"}
	var failure *exchange.Failure
	if !errors.As(err, &failure) {
		reason.Error = "recording not readable"
	}
	clean := m.redactor.Clean(exchange.Exchange{
		Request: exchange.Request{Method: r.Method, URL: r.URL.String(), Header: r.Header, Body: body[:min(len(body), longestShownBody)]},
		Failure: &exchange.Failure{Message: err.Error()},
	})
	reason.Message = clean.Failure.Message[:min(len(clean.Failure.Message), longestShownWords)]
	m.unmatched.add(unmatchedRequest{
		Time: m.options.Clock.Now().UTC(), Method: clean.Request.Method, URL: clean.Request.URL,
		Header: clean.Request.Header, Body: string(clean.Request.Body), Message: reason.Message,
	})
	server.WriteJSON(w, http.StatusNotImplemented, reason)
}

// refuseBody answers a request whose body cannot be read.
func refuseBody(w http.ResponseWriter, err error) {
	var tooLarge *http.MaxBytesError
	if !errors.As(err, &tooLarge) {
		panic(http.ErrAbortHandler)
	}
	server.WriteJSON(w, http.StatusRequestEntityTooLarge, server.Problem{Error: "request too large",
		Message: "the request's body is larger than 16 MiB, the most that is looked up; send less"})
}
