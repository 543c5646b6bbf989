// Package redact puts stable labels in the place of secrets before anything leaves memory:
// credentials and what can be derived from them, wherever and however a target repeats them.
package redact

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Secrets replaces secret values by labels, wherever a target may repeat them: plain or in other
// cases of their letters, escaped for a URL, for JSON, for HTML or for mail, in base64 or in
// hexadecimal, alone or within something else. Of a JWT the claims and the signature are secrets of
// their own, since an answer may repeat only a part; of a value in which a text breaks off, the
// beginning is one. What an answer scrambles in a way of its own is not found, such as a value
// backwards, with blanks in it, or encrypted.
// It is safe for concurrent use, and its zero value is ready to be used.
type Secrets struct {
	mutex sync.RWMutex
	// hider has each spelling of each value.
	hider hider
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
		for _, spelling := range append(inBase64(part), part, hex.EncodeToString([]byte(part))) {
			s.hider.add(spelling, label)
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
func (s *Secrets) Text(text string) string { return hide([]*Secrets{s}, text, "") }

// Answer returns an answer's header and body without secrets, and without those that the answer
// itself brings: of a cookie only the name is kept, and its value is a secret in the rest of the
// answer, too. A value that has several labels gets the own one, if that is among them. The header
// is a copy. The body is as it was received if there is nothing to hide in it; one that is
// compressed in a way that cannot be undone here is not kept.
func (s *Secrets) Answer(header http.Header, body []byte, own string) (http.Header, []byte) {
	sets := []*Secrets{s}
	if cookies := s.cookies(header); cookies.any() {
		sets = append(sets, cookies)
	}
	clean := make(http.Header, len(header))
	for name, values := range header {
		cookie := headerKinds[name] == setCookieHeader
		for _, set := range sets {
			name = set.headerName(name)
		}
		for _, value := range values {
			if cookie {
				value = withoutValue(value)
			}
			clean[name] = append(clean[name], hide(sets, value, own))
		}
	}
	opened := openBody(header, body)
	opened.text = hide(sets, opened.text, own)
	if opaqueCoding(header) != "" && !utf8.ValidString(opened.text) {
		return clean, []byte(opaqueBody)
	}
	return clean, opened.close(func(text string) string { return hide(sets, text, own) })
}

// opaqueBody stands for a body that cannot be searched for secrets.
const opaqueBody = "<a body in a content coding that is not undone here>"

// mostCookies bounds how many cookies of one answer are looked for in the rest of it.
const mostCookies = 64

// cookies are the values of the cookies that an answer sets, but for those that repeat a secret.
func (s *Secrets) cookies(header http.Header) *Secrets {
	cookies := &Secrets{}
	for _, name := range []string{"Set-Cookie", "Set-Cookie2"} {
		for _, cookie := range header[name][:min(len(header[name]), mostCookies)] {
			if value := cookieValue(cookie); len(value) >= shortestCookie && len(value) <= longestEcho && s.Text(value) == value {
				cookies.Add(value, cookieLabel)
			}
		}
	}
	return cookies
}

// headerName is the name of a header, or the label of a secret that it holds.
func (s *Secrets) headerName(name string) string {
	if len(name) < ShortestSecret {
		return name
	}
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	longest, clean := 0, name
	s.hider.finder.find(lower(name), func(start, length int, folded string) {
		// The longest one, since a secret may contain another.
		if label := s.hider.label(name[start:start+length], folded, ""); label != "" && length > longest {
			longest, clean = length, label
		}
	})
	return clean
}

// withoutValue is a cookie without its value and attributes. One without a name is all value
// (RFC 6265 section 5.2).
func withoutValue(cookie string) string {
	name, _, named := strings.Cut(cookie, "=")
	if !named || strings.Contains(name, ";") {
		return cookieLabel
	}
	return name + "=" + cookieLabel
}

// find is hider.find.
func (s *Secrets) find(places []place, text, folded, own string) []place {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return s.hider.find(places, text, folded, own)
}

// any tells whether there are secrets.
func (s *Secrets) any() bool {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return len(s.hider.labels) > 0
}

// cookieValue is the value of a Set-Cookie field without its attributes and quotes.
func cookieValue(cookie string) string {
	pair, _, _ := strings.Cut(cookie, ";")
	if _, value, named := strings.Cut(pair, "="); named {
		pair = value
	}
	return strings.Trim(strings.TrimSpace(pair), `"`)
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
