package redact

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"conformance/internal/exchange"
)

// Suspect is something in an exchange that looks like a secret.
type Suspect struct {
	// Rule is the id of the rule that found it, such as "jwt".
	Rule string
	// What says in a few words what it looks like.
	What string
	// Place is where it stands: "request header Authorization", "request query access_token",
	// "response body /access_token" with a JSON Pointer, "response body" and so on.
	Place string
	// Hint tells its length and its first characters, at most four: enough to find it, and no more.
	Hint string
}

// String is the suspect in one line.
func (s Suspect) String() string {
	return fmt.Sprintf("%s: %s (%s), rule %s", s.Place, s.What, s.Hint, s.Rule)
}

// Suspects lists what in an exchange still looks like a secret, in the order of its parts, each
// place and rule once. Labels never do. It is for traffic that somebody else has recorded: Traffic
// removes all of it but what the rules of patterns alone find.
func Suspects(e exchange.Exchange) []Suspect {
	var s search
	s.url("request", e.Request.URL)
	s.header("request", e.Request.Header)
	s.body("request", e.Request.Header, e.Request.Body)
	if e.Response != nil {
		s.header("response", e.Response.Header)
		s.body("response", e.Response.Header, e.Response.Body)
	}
	if e.Failure != nil {
		s.patterns("failure message", e.Failure.Message)
	}
	return s.found
}

// search collects suspects.
type search struct{ found []Suspect }

func (s *search) add(rule, what, place, value string) {
	if isPatterned(place) {
		// A name can be a secret too: only the part of the message is told.
		words := strings.SplitN(place, " ", 3)
		place = strings.Join(words[:min(2, len(words))], " ")
	}
	if slices.ContainsFunc(s.found, func(known Suspect) bool { return known.Rule == rule && known.Place == place }) {
		return
	}
	s.found = append(s.found, Suspect{Rule: rule, What: what, Place: place, Hint: hint(value)})
}

// hint shows a quarter of a value at most.
func hint(value string) string {
	const most = 4
	shown := min(most, len(value)/4)
	if shown == 0 {
		return fmt.Sprintf("%d characters", len(value))
	}
	return fmt.Sprintf("%q and %d more characters", value[:shown], len(value)-shown)
}

// shortestSuspect is the length from which a credential or cookie is suspected, in bytes: what is
// shorter is a test's "not-a-token" or a setting.
const shortestSuspect = 16

// withoutLabels is a value without its labels.
func withoutLabels(value string) string {
	for {
		start := strings.IndexByte(value, '<')
		if start < 0 {
			return value
		}
		end := strings.IndexByte(value[start:], '>')
		if end < 0 || !IsLabel(value[start:start+end+1]) {
			return value
		}
		value = value[:start] + value[start+end+1:]
	}
}

func (s *search) header(message string, header http.Header) {
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		place := message + " header " + name
		for _, value := range header[name] {
			s.headerValue(place, headerKinds[http.CanonicalHeaderKey(name)], value)
		}
	}
}

func (s *search) headerValue(place string, kind headerKind, value string) {
	switch kind {
	case authorizationHeader:
		s.authorization(place, value)
	case cookieHeader:
		for pair := range strings.SplitSeq(value, ";") {
			s.cookie(place, pair)
		}
	case setCookieHeader:
		pair, _, _ := strings.Cut(value, ";")
		s.cookie(place, pair)
	case secretHeader:
		if rest := strings.TrimSpace(withoutLabels(value)); len(rest) >= ShortestSecret {
			s.add("secret-header", "a header that carries a secret", place, rest)
			return
		}
	case urlHeader:
		s.url(place, value)
		return
	}
	s.patterns(place, value)
}

func (s *search) authorization(place, value string) {
	scheme, credential, spaced := strings.Cut(strings.TrimSpace(value), " ")
	if !spaced {
		credential = scheme
	}
	credential = strings.TrimSpace(withoutLabels(credential))
	if strings.EqualFold(scheme, "basic") {
		if plain, err := base64.StdEncoding.DecodeString(credential); err == nil && strings.Contains(string(plain), ":") {
			s.add("authorization", "the name and password of a user", place, credential)
		}
		return
	}
	if len(credential) >= shortestSuspect {
		s.add("authorization", "a credential", place, credential)
	}
}

func (s *search) cookie(place, pair string) {
	_, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
	if rest := withoutLabels(value); len(rest) >= shortestSuspect {
		s.add("cookie", "a cookie with a long value", place, rest)
	}
}

// url looks at the userinfo and the parameters of a URL. The place is a message or a header.
func (s *search) url(place, raw string) {
	if _, rest, ok := strings.Cut(raw, "://"); ok {
		authority, _, _ := strings.Cut(rest, "/")
		if userinfo, _, ok := strings.Cut(authority, "@"); ok && !strings.Contains(userinfo, "?") {
			if _, password, ok := strings.Cut(unescapeQuery(userinfo), ":"); ok && withoutLabels(password) != "" {
				s.add("userinfo", "a password in a URL", place+" URL", password)
			}
		}
	}
	path, query, _ := strings.Cut(strings.ReplaceAll(raw, "#", "&"), "?")
	s.patterns(place+" URL", path)
	s.pairs(place+" query", query, isParameter)
}

// pairs looks at the values of a query or form.
func (s *search) pairs(place, text string, isSecret func(string) bool) {
	for pair := range strings.SplitSeq(text, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, value = unescapeQuery(name), unescapeQuery(value)
		if rest := withoutLabels(value); len(rest) >= ShortestSecret && isSecret(name) {
			s.add("parameter", "the value of "+name, place+" "+name, rest)
			continue
		}
		s.patterns(place+" "+name, value)
	}
}

// body looks at the members and at the text of a body.
func (s *search) body(message string, header http.Header, original []byte) {
	if len(original) == 0 {
		return
	}
	if coding := opaqueCoding(header); coding != "" {
		s.add("opaque-body", "a body that cannot be searched, coded as "+coding, message+" body", "")
		return
	}
	opened := openBody(header, original)
	place := message + " body"
	switch {
	case looksLikeJSON(opened.text):
		s.json(place, opened.text)
	case isForm(header):
		s.pairs(place, opened.text, func(name string) bool { return hasName(memberNames, name) })
	default:
		s.patterns(place, opened.text)
	}
}

func (s *search) json(place, text string) {
	// Escaped characters can hide a keyword.
	patterned := hasKeyword(text) || strings.Contains(text, `\u`)
	walk := jsonWalk{text: text}
	member := func(w *jsonWalk) bool { return w.name() != "" && hasName(memberNames, w.name()) }
	for walk.next(func(*jsonWalk) bool { return false }) {
		value := walk.string()
		switch rest := withoutLabels(value); {
		case walk.isString() && member(&walk) && rest != "":
			s.add("member", "the value of "+walk.name(), place+" "+walk.pointer(), rest)
		case patterned && walk.isString():
			s.patterns(place+" "+walk.pointer(), value)
		}
	}
}
