package redact

import (
	"fmt"
	"net/http"

	"conformance/internal/exchange"

	"golang.org/x/net/http/httpguts"
)

// Traffic replaces the secrets of traffic whose credentials are not known beforehand: of other
// people's clients, cassettes and archives. It knows them by where they stand: in certain
// headers, query parameters and URLs, and in certain members of JSON and form bodies.
// From then on it replaces them wherever else they show.
//
// An unknown credential becomes <credential-1> and so on, by the order in which they appear; the
// same credential always has the same label. Of its value only a keyed hash is kept for that;
// beyond 65 536 of them, the next ones share the label <credential>. A cookie becomes <cookie>.
//
// To find repeated values, the newest ones are kept in memory: 256 at least and 512 at most; of
// one exchange, 1024 at least.
// Older ones, values of more than 8 KiB or less than 8 bytes (of cookies, 16) and those that could
// be an ordinary word are still replaced in a place for secrets, but not found elsewhere.
//
// Bodies in a content coding other than gzip and deflate are left as they are, and Suspects tells
// of them. Of multipart forms the members are not looked at. It is safe for concurrent use.
type Traffic struct {
	known    *Secrets
	names    *numbered
	echoes   *echoes
	headers  map[string]bool
	members  map[string]bool
	pointers map[string]bool
}

// TrafficOptions is what is known of the traffic. The zero value is nothing.
type TrafficOptions struct {
	// Credentials are tokens by the names of their credentials, such as "orgAdmin".
	Credentials map[string]string
	// Headers are names of headers that hold secrets, besides the usual ones.
	Headers []string
	// Members are JSON members that hold secrets, besides the usual ones: names, of which case,
	// "_", "-" and "." do not count, or JSON Pointers such as "/user/pin". Of a number the
	// label is a string; of an object or array all strings and numbers are replaced.
	Members []string
}

// NewTraffic makes a redactor of a session. The error says which option cannot be used.
func NewTraffic(options TrafficOptions) (*Traffic, error) {
	t := &Traffic{known: &Secrets{}, headers: map[string]bool{}, members: map[string]bool{}, pointers: map[string]bool{}, echoes: newEchoes()}
	for name, token := range options.Credentials {
		if name == "" || token == "" {
			return nil, fmt.Errorf("the credential %q has no name or no token; give both", name)
		}
		t.known.Add(token, Label(name))
	}
	t.names = newNumbered(options.Credentials)
	for _, name := range options.Headers {
		if !httpguts.ValidHeaderFieldName(name) {
			// It may be the header with its value, which is not to be shown.
			return nil, fmt.Errorf("a secret header has a name that no header can have; expected one such as X-Tenant-Key, without a value")
		}
		t.headers[http.CanonicalHeaderKey(name)] = true
	}
	for _, member := range options.Members {
		switch {
		case plainName(member) == "" || len(member) > longestName && member[0] != '/':
			return nil, fmt.Errorf("%q is no member; expected a name of at most %d characters such as pin, or a JSON Pointer such as /user/pin", member, longestName)
		case member[0] == '/':
			t.pointers[member] = true
		default:
			t.members[plainName(member)] = true
		}
	}
	return t, nil
}

// Apart is a redactor that gives the same labels to the same credentials, and looks for repeated
// values among its own alone.
func (t *Traffic) Apart() *Traffic {
	apart := *t
	apart.echoes = newEchoes()
	return &apart
}

// Clean is the exchange without secrets. What has none is shared with the exchange that was given,
// which does not change. Content-Length is left as the wire had it: it tells of the length before
// labels took the place of secrets.
func (t *Traffic) Clean(e exchange.Exchange) exchange.Exchange {
	recent, older := t.echoes.current()
	c := cleaning{Traffic: t, remembered: []*Secrets{t.known, recent, older}}
	return c.clean(e)
}
