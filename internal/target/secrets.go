package target

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Secrets replaces secret values by labels, wherever a target may repeat them. It is safe for
// concurrent use.
type Secrets struct {
	mutex    sync.RWMutex
	values   map[string]string
	replacer *strings.Replacer
}

// shortestSecret is the length in bytes below which a value is not searched for in foreign
// text: it would be found by chance.
const shortestSecret = 8

// Add makes the label stand for a value from now on, plain, percent-encoded and in base64.
func (s *Secrets) Add(value, label string) {
	if len(value) < shortestSecret || value == label {
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if _, known := s.values[value]; known {
		return
	}
	if s.values == nil {
		s.values = map[string]string{}
	}
	for _, spelling := range []string{
		value, url.QueryEscape(value), url.PathEscape(value),
		base64.StdEncoding.EncodeToString([]byte(value)), base64.RawURLEncoding.EncodeToString([]byte(value)),
	} {
		s.values[spelling] = label
	}
	s.replacer = nil
}

// Text replaces every secret in a text.
func (s *Secrets) Text(text string) string {
	if s.empty() {
		return text
	}
	return s.current().Replace(text)
}

// Bytes replaces every secret in a body. A body without one is returned as it is.
func (s *Secrets) Bytes(body []byte) []byte {
	if len(body) == 0 || s.empty() {
		return body
	}
	text := string(body)
	if replaced := s.current().Replace(text); replaced != text {
		return []byte(replaced)
	}
	return body
}

// Header returns a copy of an answer's header without secrets. Of a cookie only the name is kept.
func (s *Secrets) Header(header http.Header) http.Header {
	clean := make(http.Header, len(header))
	for name, values := range header {
		for _, value := range values {
			if name == "Set-Cookie" || name == "Set-Cookie2" {
				cookie, _, _ := strings.Cut(value, "=")
				value = cookie + "=<cookie>"
			}
			clean[name] = append(clean[name], s.Text(value))
		}
	}
	return clean
}

func (s *Secrets) empty() bool {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return len(s.values) == 0
}

// current is a replacer for all values, the longest first, so that a derived token is not
// taken for the token that it contains.
func (s *Secrets) current() *strings.Replacer {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.replacer == nil {
		values := make([]string, 0, len(s.values))
		for value := range s.values {
			values = append(values, value)
		}
		slices.SortFunc(values, func(a, b string) int {
			if len(a) != len(b) {
				return len(b) - len(a)
			}
			return strings.Compare(a, b)
		})
		var pairs []string
		for _, value := range values {
			pairs = append(pairs, value, s.values[value])
		}
		s.replacer = strings.NewReplacer(pairs...)
	}
	return s.replacer
}
