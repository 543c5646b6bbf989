package resend

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"conformance/internal/contract"
	"conformance/internal/exchange"
)

// headerRule is how a header field of an answer is compared.
type headerRule struct {
	name string
	// removed and changed are the rules for a field that is missing now, and for one that has another value.
	removed, changed string
	// same tells whether two lists of values say the same; nil when they must be equal.
	same func(was, is []string) bool
}

// headerRules are the fields that clients go by, or that say so much that a change is worth
// telling. Of any other field it is told when it comes, goes or changes, as tolerable.
var headerRules = []headerRule{
	{"Content-Type", headerRemoved, mediaTypeChanged, sameMediaType},
	// RFC 9110 section 10.2.3; the time itself depends on the moment.
	{"Retry-After", headerRemoved, headerChanged, anyValue},
	// RFC 9110 section 11.6.1
	{"Www-Authenticate", headerRemoved, headerChanged, nil},
	// RFC 9110 section 10.2.1
	{"Allow", headerRemoved, headerNarrowed, allows},
	// RFC 9110 section 10.2.2; it mostly holds an id.
	{"Location", headerRemoved, headerChanged, anyValue},
	{"Content-Language", otherHeaderGone, headerChanged, nil},
	{"Content-Encoding", otherHeaderGone, headerChanged, nil},
}

// volatileHeaders are the fields that differ between any two answers, or that concern the
// connection, or that no client of an API goes by.
var volatileHeaders = set("Age", "Alt-Svc", "Cf-Cache-Status", "Cf-Ray", "Connection", "Content-Length",
	"Date", "Etag", "Expires", "Keep-Alive", "Last-Modified", "Nel", "Proxy-Connection", "Report-To", "Request-Id", "Server",
	"Server-Timing", "Set-Cookie", "Set-Cookie2", "Slpt-Request-Id", "Traceparent", "Tracestate", "Transfer-Encoding", "Via",
	"X-Amz-Cf-Id", "X-Amz-Cf-Pop", "X-Amzn-Requestid", "X-Amzn-Trace-Id", "X-B3-Spanid", "X-B3-Traceid", "X-Cache",
	"X-Cloud-Trace-Context", "X-Correlation-Id", "X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset",
	"Ratelimit", "Ratelimit-Limit", "Ratelimit-Remaining", "Ratelimit-Reset", "Ratelimit-Policy",
	"X-Request-Id", "X-Response-Time", "X-Runtime", "X-Served-By", "X-Timer", "X-Trace-Id", "X-Envoy-Upstream-Service-Time")

func set(names ...string) map[string]bool {
	all := make(map[string]bool, len(names))
	for _, name := range names {
		all[name] = true
	}
	return all
}

// headers compares two headers.
func (c *comparer) headers(found *differences, was, is http.Header) {
	was, is = exchange.Canonical(was), exchange.Canonical(is)
	for _, rule := range headerRules {
		rule.compare(found, was[rule.name], is[rule.name])
	}
	for _, name := range otherNames(was, is) {
		headerRule{name, otherHeaderGone, headerChanged, nil}.compare(found, was[name], is[name])
	}
}

func (r headerRule) compare(found *differences, was, is []string) {
	d := Difference{Where: whereHeader(r.name), Was: strings.Join(was, ", "), Is: strings.Join(is, ", ")}
	switch {
	case len(was) == 0 && len(is) == 0:
		return
	case len(is) == 0:
		d.Rule, d.Is = r.removed, "absent"
	case len(was) == 0:
		d.Rule, d.Was = headerAdded, "absent"
	case slices.Equal(was, is) || r.same != nil && r.same(was, is):
		return
	default:
		d.Rule = r.changed
	}
	found.add(d)
}

// otherNames are the names of fields that no rule speaks of.
func otherNames(was, is http.Header) []string {
	var names []string
	for name, values := range is {
		if !ruled[name] && !volatileHeaders[name] && !slices.Equal(values, was[name]) {
			names = append(names, name)
		}
	}
	for name := range was {
		if _, has := is[name]; !has && !ruled[name] && !volatileHeaders[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// ruled are the names of the fields that have a rule of their own.
var ruled = func() map[string]bool {
	names := map[string]bool{}
	for _, rule := range headerRules {
		names[rule.name] = true
	}
	return names
}()

// sameMediaType compares media types without their parameters; the charset is judged with the body.
func sameMediaType(was, is []string) bool {
	return len(was) == len(is) && slices.EqualFunc(was, is, func(a, b string) bool { return exchange.MediaType(a) == exchange.MediaType(b) })
}

func anyValue(was, is []string) bool { return true }

// allows tells whether every method that was allowed still is.
func allows(was, is []string) bool {
	now := methods(is)
	for method := range methods(was) {
		if !now[method] {
			return false
		}
	}
	return true
}

func methods(values []string) map[string]bool {
	all := map[string]bool{}
	for method := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if method = strings.Trim(method, " \t"); method != "" {
			all[method] = true
		}
	}
	return all
}

// A wait has grown out of proportion when it is so many times as long, and at least so long.
const (
	outOfProportion = 1000
	longWait        = 24 * time.Hour
)

// waits compares how long two 429s ask to wait.
func waits(found *differences, then, now exchange.Exchange) {
	// Dates are read against the Date field of the same answer; where that is missing they say nothing.
	was, says := contract.RetryDelay(then, time.Time{})
	is, saysNow := contract.RetryDelay(now, time.Time{})
	if !says || !saysNow || is < longWait || is < outOfProportion*was || now.Response.Header.Get("Date") == "" {
		return
	}
	found.add(Difference{waitGrown, whereHeader("Retry-After"), was.String(), is.String()})
}
