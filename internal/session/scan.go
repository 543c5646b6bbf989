package session

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"conformance/internal/exchange"
)

// interaction is one item of a cassette's list, as either reader finds it.
type interaction struct {
	// line is where it begins, from 1.
	line int
	// complete says that the item has the key that this package writes last.
	complete bool
	exchange exchange.Exchange
}

// scan reads a cassette that has exactly the layout in which this package writes, about
// ten times faster than YAML can be parsed. It reports false for anything else, which
// need not be wrong: parse decides. What it accepts, it reads as parse does.
func scan(text string) ([]interaction, bool) {
	s := &scanner{rest: text, line: 1}
	if !s.skip(cassetteHead) {
		return nil, false
	}
	var items []interaction
	for s.rest != "" {
		item := interaction{line: s.line, complete: true}
		if !s.interaction(&item.exchange) {
			return nil, false
		}
		items = append(items, item)
	}
	return items, true
}

// scanner is a place in the text of a cassette.
type scanner struct {
	rest string
	line int
}

// skip moves over the prefix, if it is next.
func (s *scanner) skip(prefix string) bool {
	rest, found := strings.CutPrefix(s.rest, prefix)
	if found {
		s.rest = rest
		s.line += strings.Count(prefix, "\n")
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
		s.line++
	}
	return value, found
}

// has tells whether the key is next.
func (s *scanner) has(key string) bool { return strings.HasPrefix(s.rest, key) }

func (s *scanner) interaction(e *exchange.Exchange) bool {
	var response exchange.Response
	ok := s.number("  - id: ", nil) &&
		s.request(&e.Request) &&
		s.response(&response, e) &&
		(!s.has("    case: ") || s.text("    case: ", &e.Case)) &&
		(!s.has("    attempt: ") || s.number("    attempt: ", &e.Attempt)) &&
		(!s.has("    credential: ") || s.text("    credential: ", &e.Credential)) &&
		(!s.has("    failure:\n") || s.failure(e)) &&
		s.duration("    started: ", &e.Started)
	return ok && (e.Response != nil || e.Failure != nil)
}

func (s *scanner) request(r *exchange.Request) bool {
	return s.skip("    request:\n") &&
		s.optionalNumber("      content_length: ") &&
		(!s.has("      host: ") || s.text("      host: ", new(string))) &&
		s.message(&r.Body, &r.Header) &&
		s.text("      url: ", &r.URL) &&
		s.text("      method: ", &r.Method)
}

func (s *scanner) response(r *exchange.Response, e *exchange.Exchange) bool {
	var status string
	ok := s.skip("    response:\n") &&
		(!s.has("      proto: ") || s.text("      proto: ", &r.Proto)) &&
		s.optionalNumber("      proto_major: ") &&
		s.optionalNumber("      proto_minor: ") &&
		s.optionalNumber("      content_length: ") &&
		s.message(&r.Body, &r.Header) &&
		(!s.has("      status: ") || s.text("      status: ", &status)) &&
		s.number("      code: ", &r.Status) &&
		(!s.has("      duration: ") || s.duration("      duration: ", &e.Duration))
	if ok && isAnswer(r.Status, status) {
		e.Response = r
	}
	return ok
}

func (s *scanner) failure(e *exchange.Exchange) bool {
	e.Failure = &exchange.Failure{}
	return s.skip("    failure:\n") &&
		s.text("      kind: ", (*string)(&e.Failure.Kind)) &&
		s.text("      message: ", &e.Failure.Message)
}

// message reads what requests and responses have in common.
func (s *scanner) message(body *[]byte, header *http.Header) bool {
	if s.has("      body: ") {
		var text string
		if !s.text("      body: ", &text) {
			return false
		}
		*body = bodyOf(text)
	}
	if !s.skip("      headers:\n") {
		return true
	}
	*header = http.Header{}
	last, ok := s.header(*header)
	for ok && s.has("        ") {
		var name string
		name, ok = s.header(*header)
		// YAML forbids a key to stand twice; in sorted order no two are the same.
		ok = ok && last < name
		last = name
	}
	return ok
}

// header reads one header's name and its values, at least one.
func (s *scanner) header(into http.Header) (name string, ok bool) {
	line, ok := s.value("        ")
	if !ok || len(line) > longestSimpleKey {
		return "", false
	}
	key, ok := strings.CutSuffix(line, ":")
	if !ok || !unquote(key, &name) {
		return "", false
	}
	var values []string
	for s.has("          - ") {
		var value string
		if !s.text("          - ", &value) {
			return "", false
		}
		values = append(values, value)
	}
	into[name] = values
	return name, len(values) > 0
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
	number, err := strconv.Atoi(value)
	if err != nil || strconv.Itoa(number) != value {
		return false
	}
	if into != nil {
		*into = number
	}
	return true
}

func (s *scanner) optionalNumber(key string) bool { return !s.has(key) || s.number(key, nil) }

func (s *scanner) duration(key string, into *time.Duration) bool {
	value, ok := s.value(key)
	if !ok {
		return false
	}
	duration, err := time.ParseDuration(value)
	*into = duration
	return err == nil && duration.String() == value
}
