package mock

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"conformance/internal/redact"
)

// credential is a request's header, without its secrets, with the recorded credential that its
// Authorization field stands for. It reports false for a bearer token that none is known for.
func (m *Mock) credential(sent, clean http.Header) (http.Header, bool) {
	values := sent["Authorization"]
	if len(values) != 1 {
		return clean, true // none, or what only a recorded request can be the same as
	}
	for _, value := range []string{values[0], authorizationOf(clean)} {
		if m.survey.has(value) {
			return withAuthorization(clean, value), true
		}
	}
	token, isBearer := tokenOf(values[0])
	if !isBearer {
		return clean, true
	}
	for _, label := range m.labels(token) {
		if m.survey.has(bearer(label)) {
			return withAuthorization(clean, bearer(label)), true
		}
	}
	return clean, false
}

// labels are what a bearer token may stand for, the likeliest first.
func (m *Mock) labels(token string) []string {
	// Whoever calls the mock by hand need not spell the label out.
	labels := append(slices.Clone(m.labelsOf[token]), redact.Label(token))
	if m.options.Credential != "" {
		labels = append(labels, redact.Label(m.options.Credential))
	}
	return labels
}

// labelsOf are the labels of each token, sorted: a config can give one token two names.
func labelsOf(credentials map[string]string) map[string][]string {
	labels := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(credentials)) {
		token := credentials[name]
		labels[token] = append(labels[token], redact.Label(name))
	}
	return labels
}

// tokenOf is the token of an Authorization field with the scheme Bearer, of which the case does
// not count (RFC 9110 section 11.1).
func tokenOf(value string) (token string, is bool) {
	scheme, token, spaced := strings.Cut(value, " ")
	token = strings.TrimSpace(token)
	return token, spaced && token != "" && strings.EqualFold(scheme, "Bearer")
}

func bearer(token string) string { return "Bearer " + token }

func withAuthorization(header http.Header, value string) http.Header {
	changed := maps.Clone(header)
	changed["Authorization"] = []string{value}
	return changed
}
