package session

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"conformance/internal/exchange"
)

// scanned is an interaction in the layout in which this package writes, its texts
// decoded, its bodies and headers not yet put into messages: most readers need one of the
// two, if any.
type scanned struct {
	request         exchange.Request
	requestBody     string
	requestHeaders  string
	response        exchange.Response
	responseBody    string
	responseHeaders string
	answered        bool
	exchange        exchange.Exchange // what is in neither message
}

// scan reads one item of a cassette that has exactly the layout in which this package
// writes, about ten times faster than YAML can be parsed. It reports false for anything
// else, which need not be wrong: parseItem decides. What it accepts, it reads as parseItem
// does.
func scan(text string) (scanned, bool) {
	s := scanner{rest: text}
	var item scanned
	ok := s.interaction(&item) && s.rest == ""
	return item, ok
}

// whole is the exchange.
func (i *scanned) whole() exchange.Exchange {
	e := i.answer()
	e.Request = i.sent()
	return e
}

// answer is the exchange without its request.
func (i *scanned) answer() exchange.Exchange {
	e := i.exchange
	if i.answered {
		response := i.response
		response.Header, response.Body = decodeHeaders(i.responseHeaders), bodyOf(i.responseBody)
		e.Response = &response
	}
	return e
}

// sent is the request.
func (i *scanned) sent() exchange.Request {
	request := i.request
	request.Header, request.Body = decodeHeaders(i.requestHeaders), bodyOf(i.requestBody)
	return request
}

// scanner is a place in the text of an item.
type scanner struct{ rest string }

// skip moves over the prefix, if it is next.
func (s *scanner) skip(prefix string) bool {
	rest, found := strings.CutPrefix(s.rest, prefix)
	if found {
		s.rest = rest
	}
	return found
}

// value takes what follows the key, up to the end of the line.
func (s *scanner) value(key string) (string, bool) {
	if !s.skip(key) {
		return "", false
	}
	value, rest, found := strings.Cut(s.rest, "\n")
	if found {
		s.rest = rest
	}
	return value, found
}

// has tells whether the key is next.
func (s *scanner) has(key string) bool { return strings.HasPrefix(s.rest, key) }

func (s *scanner) interaction(item *scanned) bool {
	e := &item.exchange
	return s.number("  - id: ", nil) &&
		s.sent(item) &&
		s.answer(item) &&
		(!s.has("    case: ") || s.text("    case: ", &e.Case)) &&
		(!s.has("    attempt: ") || s.number("    attempt: ", &e.Attempt)) &&
		(!s.has("    credential: ") || s.text("    credential: ", &e.Credential)) &&
		(!s.has("    failure:\n") || s.failure(e)) &&
		s.duration("    started: ", &e.Started) &&
		(item.answered || e.Failure != nil)
}

func (s *scanner) sent(item *scanned) bool {
	ok := s.skip("    request:\n")
	s.chunked()
	return ok &&
		s.optionalNumber("      content_length: ") &&
		(!s.has("      host: ") || s.text("      host: ", new(string))) &&
		s.message(&item.requestBody, &item.requestHeaders) &&
		s.text("      url: ", &item.request.URL) &&
		s.text("      method: ", &item.request.Method)
}

func (s *scanner) answer(item *scanned) bool {
	var status string
	r := &item.response
	ok := s.skip("    response:\n") &&
		(!s.has("      proto: ") || s.text("      proto: ", &r.Proto)) &&
		s.optionalNumber("      proto_major: ") &&
		s.optionalNumber("      proto_minor: ")
	s.chunked()
	ok = ok && s.optionalNumber("      content_length: ")
	r.Uncompressed = ok && s.skip("      uncompressed: true\n")
	ok = ok &&
		s.message(&item.responseBody, &item.responseHeaders) &&
		(!s.has("      status: ") || s.text("      status: ", &status)) &&
		s.number("      code: ", &r.Status) &&
		(!s.has("      duration: ") || s.duration("      duration: ", &item.exchange.Duration))
	item.answered = ok && isAnswer(r.Status, status)
	return ok
}

// chunked moves over the key that tells go-vcr how a body was framed. The headers have it
// too.
func (s *scanner) chunked() { s.skip("      transfer_encoding: [chunked]\n") }

func (s *scanner) failure(e *exchange.Exchange) bool {
	e.Failure = &exchange.Failure{}
	return s.skip("    failure:\n") &&
		s.text("      kind: ", (*string)(&e.Failure.Kind)) &&
		s.text("      message: ", &e.Failure.Message)
}

// message reads what requests and responses have in common. It checks the headers, and
// leaves them to decodeHeaders.
func (s *scanner) message(body, headers *string) bool {
	if s.has("      body: ") && !s.text("      body: ", body) {
		return false
	}
	if !s.skip("      headers:\n") {
		return true
	}
	before := s.rest
	name, ok := s.header(nil)
	for ok && s.has("        ") {
		last := name
		name, ok = s.header(nil)
		// YAML forbids a key to stand twice; in sorted order no two are the same.
		ok = ok && last < name
	}
	*headers = before[:len(before)-len(s.rest)]
	return ok
}

// header reads one header's name and its values, at least one.
func (s *scanner) header(into http.Header) (name string, ok bool) {
	line, ok := s.value("        ")
	if !ok || len(line) > longestSimpleKey {
		return "", false
	}
	key, ok := strings.CutSuffix(line, ":")
	if !ok || !unquote(key, &name) || !s.has("          - ") {
		return "", false
	}
	for s.has("          - ") {
		var value string
		if !s.text("          - ", &value) {
			return "", false
		}
		if into != nil {
			into[name] = append(into[name], value)
		}
	}
	return name, true
}

// decodeHeaders reads headers that were checked before; nil when there are none.
func decodeHeaders(text string) http.Header {
	if text == "" {
		return nil
	}
	header := http.Header{}
	for s := (scanner{rest: text}); s.rest != ""; {
		if _, ok := s.header(header); !ok {
			break
		}
	}
	return header
}

func (s *scanner) text(key string, into *string) bool {
	value, ok := s.value(key)
	return ok && unquote(value, into)
}

// number reads a whole number in the one spelling that every version of YAML reads alike.
func (s *scanner) number(key string, into *int) bool {
	value, ok := s.value(key)
	if !ok {
		return false
	}
	digits := strings.TrimPrefix(value, "-")
	if digits == "" || digits[0] < '0' || digits[0] == '0' && value != "0" || digits[0] > '9' {
		return false
	}
	number, err := strconv.Atoi(value)
	if into != nil {
		*into = number
	}
	return err == nil
}

func (s *scanner) optionalNumber(key string) bool { return !s.has(key) || s.number(key, nil) }

// duration reads a duration with its unit: YAML reads one without as a number.
func (s *scanner) duration(key string, into *time.Duration) bool {
	value, ok := s.value(key)
	if !ok || !strings.HasSuffix(value, "s") {
		return false
	}
	duration, err := time.ParseDuration(value)
	*into = duration
	return err == nil
}
