package config

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// headerGroup is one mapping of headers in the file.
type headerGroup struct {
	at      path
	headers map[string]string
}

func (c *Config) headerGroups() []headerGroup {
	groups := []headerGroup{{path{"target", "headers"}, c.Target.Headers}}
	if c.Provoke.RateLimit != nil {
		groups = append(groups, headerGroup{path{"provoke", "rateLimit", "headers"}, c.Provoke.RateLimit.Headers})
	}
	if c.Provoke.InternalFault != nil {
		groups = append(groups, headerGroup{path{"provoke", "internalFault", "headers"}, c.Provoke.InternalFault.Headers})
	}
	return groups
}

// checkHeaders reports what HTTP does not allow as a header (RFC 9110 section 5).
func (c *Config) checkHeaders() {
	for _, group := range c.headerGroups() {
		seen := map[string]bool{}
		for _, name := range slices.Sorted(maps.Keys(group.headers)) {
			at := group.at.With(name)
			canonical := http.CanonicalHeaderKey(name)
			switch {
			case !httpguts.ValidHeaderFieldName(name):
				c.source.ReportKey(group.at, name, nil, "not the name of a header")
			case !httpguts.ValidHeaderFieldValue(group.headers[name]):
				c.source.Report(at, "the value holds characters that a header cannot carry")
			case canonical == "Authorization":
				c.source.Report(at, "each case brings its own Authorization, or none; name the tokens under credentials")
			case seen[canonical]:
				c.source.Report(at, "the same header is given twice; the case of its letters makes no difference")
			}
			seen[canonical] = true
		}
	}
}

// sensitiveWords mark the headers whose values are secrets wherever they come from.
var sensitiveWords = []string{"authorization", "cookie", "token", "secret", "key", "password"}

// SecretHeaders are the headers of the file whose values must not be kept or shown, by
// their canonical names: those that hold something from the environment, and those with a
// name such as Cookie or X-Api-Key.
func (c *Config) SecretHeaders() map[string]bool {
	secret := map[string]bool{}
	for _, group := range c.headerGroups() {
		for name := range group.headers {
			at := group.at.With(name)
			if c.source.FromEnvironment(at) || soundsSecret(name) {
				secret[http.CanonicalHeaderKey(name)] = true
			}
		}
	}
	return secret
}

func soundsSecret(header string) bool {
	lower := strings.ToLower(header)
	for _, word := range sensitiveWords {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}
