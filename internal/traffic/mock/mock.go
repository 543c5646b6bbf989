// Package mock stands in for a server: it answers requests from recorded traffic, and never
// asks anybody else.
package mock

import (
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
	"conformance/internal/redact"
	"conformance/internal/session"
)

// Mock is an http.Handler that answers from a recording. It is safe for concurrent use.
//
// A request gets the next answer that was recorded for the same request: method, path, query,
// body (canonical where it is JSON), credential, and those headers in which recorded requests
// differ that are the same otherwise. The operation's path may lie under any base. A request
// that was not recorded gets 501 and the reason, as JSON.
//
// The answer is the recorded one: status, header fields and the bytes of the body. Left out are
// the fields that belong to one connection (RFC 9110 section 7.6.1); Date is the recorded one,
// and none where none was recorded. Content-Length is the recorded one where it is true.
type Mock struct {
	options   Options
	recording *session.Recording
	survey    survey
	// labelsOf are the labels of the tokens in the options.
	labelsOf map[string][]string
	// exact plays to requests whose credential was recorded, standIn to all other bearers; it is
	// nil when credentials are ignored.
	exact, standIn *session.Player
	sequence       *session.Sequence // nil unless the options ask for it
	redactor       *redact.Traffic
	unmatched      unmatched
	answered       atomic.Int64
	admin          http.Handler
}

// Options say how a Mock answers.
type Options struct {
	// Operation is the one whose path may lie under any base.
	Operation contract.Operation
	// Credentials are the tokens of credentials by their names: a request with one of them is
	// taken for one that was recorded with the label of that name.
	Credentials map[string]string
	// Credential is the label that every bearer token stands for that is not in the recording
	// and not among Credentials. Where it is empty, such a token stands for the best of the
	// credentials that the request was recorded with: the one that was accepted most often in
	// the whole recording.
	Credential string
	// IgnoreCredentials lets requests with any credential or none have all answers, in recorded
	// order.
	IgnoreCredentials bool
	// Sequence gives the answers in the recorded order of the whole recording and in no other.
	Sequence bool
	// OnExhausted says what a request gets when all its answers have been given.
	OnExhausted session.OnExhausted
	// Latency waits before each answer as long as the recorded exchange took, at most a minute.
	Latency bool
	// Clock measures that wait; nil is the system's.
	Clock clock.Clock
}

// The bounds of a mock.
const (
	maxRequestBody = 16 << 20
	// longestWait bounds recorded latencies, and the holding of requests that timed out when they
	// were recorded.
	longestWait = time.Minute
)

// New makes a mock of a recording. The error is one sentence: the recording is empty, holds a
// damaged interaction, or has no credential of the name in the options.
func New(recording *session.Recording, options Options) (*Mock, error) {
	if recording.Len() == 0 {
		return nil, errors.New("the recording holds no interaction, so there is nothing to answer with; record some traffic first")
	}
	if options.Clock == nil {
		options.Clock = clock.System{}
	}
	redactor, err := redact.NewTraffic(redact.TrafficOptions{Credentials: options.Credentials})
	if err != nil {
		return nil, err
	}
	m := &Mock{options: options, recording: recording, redactor: redactor, labelsOf: labelsOf(options.Credentials)}
	if m.survey, err = surveyOf(recording, options.Operation); err != nil {
		return nil, err
	}
	if options.Credential != "" && !m.survey.has(bearer(redact.Label(options.Credential))) {
		return nil, fmt.Errorf("--credential %s: the recording has no request with that credential; %s", options.Credential, m.survey.advice())
	}
	base := recording.Manifest.Target
	m.exact = session.NewPlayer(recording, base, session.PlayerOptions{
		IgnoreCase: true, OnExhausted: options.OnExhausted, IgnoreCredentials: options.IgnoreCredentials,
	})
	if options.Sequence {
		m.sequence = session.NewSequence(recording, options.OnExhausted)
	}
	if !options.IgnoreCredentials {
		standIn := session.PlayerOptions{IgnoreCase: true, OnExhausted: options.OnExhausted, IgnoreCredentials: true}
		if !options.Sequence {
			standIn.Authorizations = m.survey.best()
		}
		m.standIn = session.NewPlayer(recording, base, standIn)
	}
	m.admin = m.adminHandler()
	return m, nil
}

// ServeHTTP answers one request. Where the recorded exchange failed on the network, it breaks
// off the connection by panicking with http.ErrAbortHandler, as net/http wants it.
func (m *Mock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, adminPath) {
		m.admin.ServeHTTP(w, r)
		return
	}
	body, err := readBody(w, r)
	if err != nil {
		refuseBody(w, err)
		return
	}
	recorded, err := m.find(r, body)
	if err != nil {
		m.refuse(w, r, body, err)
		return
	}
	m.answered.Add(1)
	if m.options.Latency {
		if err := m.options.Clock.Sleep(r.Context(), min(recorded.Duration, longestWait)); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
	m.play(w, r, recorded)
}

// readBody reads the body of a request, no more than maxRequestBody.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	const usual = 64 << 10
	if r.ContentLength < 0 || r.ContentLength > usual {
		return io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBody))
	}
	body := make([]byte, r.ContentLength)
	_, err := io.ReadFull(r.Body, body)
	return body, err
}

// find is the recorded exchange that answers a request. In what another program recorded there are
// labels in the place of secrets, so they take their place in the request, too.
func (m *Mock) find(r *http.Request, body []byte) (exchange.Exchange, error) {
	asked := *r
	asked.URL = m.survey.known(r.URL)
	clean := m.recording.Asked(exchange.Request{Method: r.Method, URL: asked.URL.String(), Header: r.Header, Body: body})
	if moved, err := url.Parse(clean.URL); err == nil && clean.URL != asked.URL.String() {
		asked.URL = moved
	}
	player := m.exact
	if !m.options.IgnoreCredentials {
		var known bool
		if asked.Header, known = m.credential(r.Header, clean.Header); !known {
			player = m.standIn
		}
	}
	if m.sequence != nil {
		return m.sequence.Next(player, &asked, clean.Body)
	}
	return player.Next(&asked, clean.Body)
}

// reset makes the mock as it was when it was new.
func (m *Mock) reset() {
	m.exact.Reset()
	if m.standIn != nil {
		m.standIn.Reset()
	}
	if m.sequence != nil {
		m.sequence.Reset()
	}
	m.unmatched.reset()
	m.answered.Store(0)
}
