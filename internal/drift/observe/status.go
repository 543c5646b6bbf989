package observe

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"conformance/internal/contract"
	"conformance/internal/exchange"
)

// Status is what came with one status.
type Status struct {
	// Tally counts the whole answers.
	Tally
	// Media counts the media types, in small letters and without parameters; "" for none.
	Media Tallies
	// Headers are by their canonical names, without those that tell of a connection alone.
	Headers map[string]*Header
	// Bodies counts how the bodies could be read: JSON, NotJSON, NoBody, Coded.
	Bodies Tallies
	// JSON is what was in the bodies that are JSON; nil when there were none.
	JSON *Value
	// Delay is how long Retry-After asked to wait.
	Delay Delay

	latency *hdrhistogram.Histogram
}

// How a body could be read.
const (
	JSON    = "JSON"
	NotJSON = "not JSON"
	NoBody  = "no body"
	Coded   = "in a content coding that is not undone here"
)

// Header is what was seen of one header.
type Header struct {
	// Tally counts the answers that had it.
	Tally
	Forms Tallies
	// Missing are the first answers that did not have it.
	Missing Examples
}

// Delay is a range of waits, of so many answers.
type Delay struct {
	Count    int
	Min, Max time.Duration
}

// The bounds of what a latency is measured between.
const (
	shortest      = int64(time.Microsecond)
	longest       = int64(10 * time.Minute)
	latencyDigits = 2
)

func newStatus() *Status {
	return &Status{Media: Tallies{}, Headers: map[string]*Header{}, Bodies: Tallies{}}
}

// Latency is the time that so many in a hundred of the answers took at most; 0 when no time was
// recorded.
func (s *Status) Latency(percentile float64) time.Duration {
	if s.latency == nil {
		return 0
	}
	return time.Duration(s.latency.ValueAtPercentile(percentile))
}

// Timed is how many answers have a time.
func (s *Status) Timed() int {
	if s.latency == nil {
		return 0
	}
	return int(s.latency.TotalCount())
}

// passing are headers that change with each answer, or tell of the connection and of what stands
// in between: nobody reads them to understand the answer.
var passing = []string{
	"Age", "Connection", "Content-Length", "Date", "Keep-Alive", "Server", "Set-Cookie", "Transfer-Encoding", "Via",
}

// add folds an answer in, and returns a hash of all that is told apart in it.
func (s *Status) add(e exchange.Exchange, w *walker, at Sighting) (signature uint64) {
	s.Tally.Add(at)
	header := e.Response.Header
	for name, values := range header {
		name = http.CanonicalHeaderKey(name)
		if name == "Content-Type" || slices.Contains(passing, name) {
			continue
		}
		form := formOfHeader(name, values)
		signature += joined(hashOf(name), hashOf(form)) // in no order
		s.header(name).add(form, at)
	}
	for name, one := range s.Headers {
		if len(header[name]) == 0 && len(header.Values(name)) == 0 {
			one.Missing.add(at)
		}
	}
	contentType := strings.Join(header.Values("Content-Type"), ", ")
	s.Media.add(exchange.MediaType(contentType), at)
	if wait, says := contract.RetryDelay(e, time.Time{}); says && e.Status() == http.StatusTooManyRequests {
		s.Delay.add(Delay{1, wait, wait})
	}
	s.time(e.Duration)
	read := s.body(e, w, at)
	s.Bodies.add(read, at)
	return joined(joined(signature, hashOf(contentType)), joined(hashOf(read), w.signature))
}

// header is that of a name. One that is new was missing in all answers before.
func (s *Status) header(name string) *Header {
	one := s.Headers[name]
	if one == nil {
		one = &Header{Forms: Tallies{}}
		if s.Count > 1 {
			one.Missing = slices.Clone(s.Examples)
			one.Missing = one.Missing[:min(len(one.Missing), s.Count-1)]
		}
		s.Headers[strings.Clone(name)] = one
	}
	return one
}

func (h *Header) add(form string, at Sighting) {
	h.Tally.Add(at)
	h.Forms.add(form, at)
}

// formOfHeader says in which form a header is written. Of challenges it is the schemes that come
// first in each value.
func formOfHeader(name string, values []string) string {
	if name == "Www-Authenticate" {
		var schemes []string
		for _, value := range values {
			scheme, _, _ := strings.Cut(strings.TrimSpace(value), " ")
			schemes = append(schemes, strings.ToLower(strings.Trim(scheme, ",")))
		}
		return "challenge " + strings.Join(schemes, " and ")
	}
	return formOf(strings.Join(values, ", "))
}

// body folds the body in and says how it could be read.
func (s *Status) body(e exchange.Exchange, w *walker, at Sighting) string {
	w.signature = 0
	body, readable := contract.Plain(e, largestBody)
	switch {
	case !readable:
		return Coded
	case len(bytes.TrimSpace(body)) == 0:
		return NoBody
	}
	if s.JSON == nil {
		s.JSON = newValue()
	}
	if !w.body(s.JSON, body, at) {
		return NotJSON
	}
	return JSON
}

// largestBody bounds, in bytes, a body once its coding is undone.
const largestBody = 1 << 20

func (s *Status) time(took time.Duration) {
	if took <= 0 {
		return
	}
	if s.latency == nil {
		s.latency = hdrhistogram.New(shortest, longest, latencyDigits)
	}
	_ = s.latency.RecordValue(min(max(int64(took), shortest), longest)) // it is within the bounds
}

func (d *Delay) add(other Delay) {
	switch {
	case other.Count == 0:
	case d.Count == 0:
		*d = other
	default:
		*d = Delay{d.Count + other.Count, min(d.Min, other.Min), max(d.Max, other.Max)}
	}
}

// merge adds what was seen elsewhere.
func (s *Status) merge(other *Status) {
	for name, one := range s.Headers {
		if other.Headers[name] == nil {
			one.Missing.merge(other.Examples)
		}
	}
	for name, one := range other.Headers {
		mine := s.Headers[name]
		if mine == nil {
			mine = &Header{Forms: Tallies{}, Missing: slices.Clone(s.Examples)}
			s.Headers[name] = mine
		}
		mine.Tally.merge(one.Tally)
		mine.Forms.merge(one.Forms)
		mine.Missing.merge(one.Missing)
	}
	s.Tally.merge(other.Tally)
	s.Media.merge(other.Media)
	s.Bodies.merge(other.Bodies)
	s.Delay.add(other.Delay)
	if other.JSON != nil {
		if s.JSON == nil {
			s.JSON = newValue()
		}
		s.JSON.merge(other.JSON)
	}
	if other.latency != nil {
		if s.latency == nil {
			s.latency = hdrhistogram.New(shortest, longest, latencyDigits)
		}
		s.latency.Merge(other.latency)
	}
}
