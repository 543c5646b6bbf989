// Package redact puts stable labels in the place of secrets before anything leaves memory:
// credentials and what can be derived from them, wherever and however a target repeats them.
package redact

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Secrets replaces secret values by labels, wherever a target may repeat them: plain, escaped
// for a URL, for JSON or for HTML, or in base64, alone or within something else. Of a JWT the
// claims and the signature are secrets of their own, since an answer may repeat only a part.
// It is safe for concurrent use, and its zero value is ready to be used.
type Secrets struct {
	mutex sync.RWMutex
	// hider has each spelling of each value.
	hider hider
	// names has them in lower case, for the names of headers.
	names hider
}

// ShortestSecret is the length in bytes below which a value is not searched for in foreign
// text: it would be found by chance.
const ShortestSecret = 8

// Add makes the label stand for a value from now on. A value that is its own label, as in a
// replay, and one of less than 8 bytes, is not searched for.
func (s *Secrets) Add(value, label string) {
	if value == label {
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if slices.Contains(s.hider.labels[value], label) {
		return
	}
	for _, part := range append(jwtParts(value), value) {
		if len(part) < ShortestSecret {
			continue
		}
		for _, spelling := range append(inBase64(part), part) {
			s.hider.add(spelling, label)
			s.names.add(strings.ToLower(spelling), label)
		}
	}
}

// knows tells whether the value has that label already.
func (s *Secrets) knows(value, label string) bool {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return slices.Contains(s.hider.labels[value], label)
}

// Text replaces every secret in a text.
func (s *Secrets) Text(text string) string { return s.hide(text, "") }

// Header returns a copy of an answer's header without secrets. Of a cookie only the name is
// kept. A value that has several labels gets the own one, if that is among them.
func (s *Secrets) Header(header http.Header, own string) http.Header {
	clean := make(http.Header, len(header))
	for name, values := range header {
		name := s.headerName(name)
		for _, value := range values {
			if name == "Set-Cookie" || name == "Set-Cookie2" {
				value = withoutValue(value)
			}
			clean[name] = append(clean[name], s.hide(value, own))
		}
	}
	return clean
}

// headerName is the name of a header, or the label of a secret that it holds: net/http has changed
// the case of a name's letters, so that the case does not count.
func (s *Secrets) headerName(name string) string {
	if len(name) < ShortestSecret {
		return name
	}
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	longest, clean := "", name
	s.names.finder.find(strings.ToLower(name), func(_ int, spelling string) {
		// The longest one, since a secret may contain another.
		if labels, secret := s.names.labels[spelling]; secret && len(spelling) > len(longest) {
			longest, clean = spelling, labels[0]
		}
	})
	return clean
}

// withoutValue is a cookie without its value and attributes. One without a name is all value
// (RFC 6265 section 5.2).
func withoutValue(cookie string) string {
	name, _, named := strings.Cut(cookie, "=")
	if !named || strings.Contains(name, ";") {
		return "<cookie>"
	}
	return name + "=<cookie>"
}

// Body replaces every secret in an answer's body, also where the body is compressed. A body
// without one is returned as it was received. A value that has several labels gets the own
// one, if that is among them.
func (s *Secrets) Body(header http.Header, body []byte, own string) []byte {
	for _, coding := range contentCodings(header) {
		decoded, whole, ok := coding.undo(body)
		if !ok {
			continue
		}
		if clean := s.plainBody(decoded, own); !bytes.Equal(clean, decoded) {
			return coding.redo(clean, whole)
		}
		return body
	}
	return s.plainBody(body, own)
}

func (s *Secrets) plainBody(body []byte, own string) []byte {
	text := string(body)
	if replaced := s.hide(text, own); replaced != text {
		return []byte(replaced)
	}
	return body
}

func (s *Secrets) hide(text, own string) string { return hide([]*Secrets{s}, text, own) }

// find is hider.find.
func (s *Secrets) find(text, own string, at func(int) int) []place {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return s.hider.find(text, own, at)
}

// any tells whether there are secrets.
func (s *Secrets) any() bool {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return len(s.hider.labels) > 0
}

// jwtParts are the claims and the signature of a JWT; none for any other token. Its header is
// the same for all tokens of a server, and no secret: JSON, which in base64 begins with eyJ.
func jwtParts(token string) []string {
	parts := strings.Split(token, ".")
	if len(parts) < 3 || !strings.HasPrefix(token, "eyJ") {
		return nil
	}
	return parts[1:]
}

// inBase64 are the letters in which a value shows in base64, of both alphabets, of any text
// that contains it. Depending on where it begins there, these differ in three ways. Letters
// that it shares with its neighbours are left out.
func inBase64(value string) []string {
	var spellings []string
	for before := range 3 {
		text := append(make([]byte, before), value...)
		from, to := (8*before+5)/6, 8*len(text)/6
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			spellings = append(spellings, encoding.EncodeToString(text)[from:to])
		}
	}
	return spellings
}
