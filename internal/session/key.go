package session

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// requestKey is what two requests must have in common to be the same to a Player.
type requestKey struct {
	method string
	// path is below the base URL, escaped, without its first slash.
	path  string
	query string
	// authorization is the value of the Authorization header, as headerKey spells it.
	authorization string
	// body is canonical where it is JSON.
	body string
}

func keyOf(method, path, query string, header http.Header, body []byte) requestKey {
	return requestKey{
		method:        method,
		path:          path,
		query:         query,
		authorization: headerKey(header, "Authorization"),
		body:          canonicalBody(body),
	}
}

// canonicalBody spells JSON in one way: members sorted, no white space, no needless
// escapes. Whole numbers keep all their digits. What is not JSON, or has a member twice,
// stays as it is.
func canonicalBody(body []byte) string {
	if len(body) == 0 {
		return ""
	}
	value := jsontext.Value(slices.Clone(body))
	if err := value.Canonicalize(jsontext.CanonicalizeRawInts(false)); err != nil {
		return string(body)
	}
	return string(value)
}

// headerKey is all values of a header as one text; a header that is absent differs from
// one that is empty.
func headerKey(header http.Header, name string) string {
	values := header.Values(name)
	if len(values) == 0 {
		return ""
	}
	return "=" + strings.Join(values, "\x00")
}

// authorizationKey is what headerKey says of one Authorization header, or of none for "".
func authorizationKey(value string) string {
	if value == "" {
		return ""
	}
	return "=" + value
}

// incidentalHeaders are those that the client or the way to the server adds. Two requests
// that differ in nothing else are the same. Authorization is part of every key already.
var incidentalHeaders = setOf(
	"Accept-Encoding", "Authorization", "Connection", "Content-Length", "Date", "Forwarded", "Host",
	"Transfer-Encoding", "User-Agent", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
	"X-Real-Ip",
	// What a browser says of itself and of the page that asked.
	"Dnt", "Priority", "Referer", "Sec-Ch-Ua", "Sec-Ch-Ua-Mobile", "Sec-Ch-Ua-Platform", "Sec-Fetch-Dest",
	"Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-User", "Sec-Gpc", "Upgrade-Insecure-Requests",
	// Numbers that each request has for itself; the last is of node-fetch-har.
	"B3", "Baggage", "Correlation-Id", "Request-Id", "Sentry-Trace", "Traceparent", "Tracestate",
	"X-Amzn-Trace-Id", "X-B3-Sampled", "X-B3-Spanid", "X-B3-Traceid", "X-Cloud-Trace-Context", "X-Correlation-Id",
	"X-Datadog-Parent-Id", "X-Datadog-Trace-Id", "X-Request-Id", "X-Har-Request-Id",
)

func setOf(names ...string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return set
}

// pathAndQuery are those of a URL, the path escaped as it stands there, both empty in a
// text that is no URL.
func pathAndQuery(rawURL string) (path, query string) {
	parsed, err := url.Parse(rawURL)
	if err != nil {
		return "", ""
	}
	return parsed.EscapedPath(), parsed.RawQuery
}

// below is the path without the base's path in front, and without its first slash. It
// reports false when the path does not lie under the base.
func below(base, path string) (string, bool) {
	rest, found := strings.CutPrefix(path, strings.TrimSuffix(base, "/"))
	if !found || rest != "" && rest[0] != '/' {
		return "", false
	}
	return strings.TrimPrefix(rest, "/"), true
}

// tails are the path without its first slash, without its first segment, without its
// first two, and so on: what it is below every base that it may have been recorded under.
func tails(path string) []string {
	path = strings.TrimPrefix(path, "/")
	all := []string{path}
	for range 16 {
		_, rest, found := strings.Cut(path, "/")
		if !found {
			break
		}
		all = append(all, rest)
		path = rest
	}
	return all
}
