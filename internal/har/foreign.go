package har

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"conformance/internal/exchange"
)

// foreign makes an exchange of what another program saw. The error is an *Error without its place.
func (a *Archive) foreign(read entry) (exchange.Exchange, error) {
	started, err := parseDate(read.Started)
	if err != nil {
		return exchange.Exchange{}, &Error{Member: "startedDateTime", Message: "is no date; export the archive again"}
	}
	e := exchange.Exchange{Started: started.Sub(a.info.Recorded), Duration: milliseconds(read.Time)}
	switch {
	case read.Request == nil:
		return e, &Error{Member: "request", Message: "is missing; remove the entry or export the archive again"}
	case read.Request.Method == "":
		return e, &Error{Member: "request.method", Message: "is missing; expected a method such as POST"}
	case read.Request.URL == "":
		return e, &Error{Member: "request.url", Message: "is missing; expected a whole URL"}
	}
	body, err := a.requestBody(read.Request)
	if err != nil {
		return e, err
	}
	e.Request = exchange.Request{
		Method: foreignMethod(read.Request.Method), URL: read.Request.URL, Header: foreignHeader(distinct(read.Request.Headers)), Body: body,
	}
	if size := read.Request.BodySize; len(body) == 0 && size.value > 0 && e.Request.Header.Get("Content-Length") == "" {
		// So it can be seen that there was a body.
		e.Request.Header.Set("Content-Length", strconv.FormatFloat(size.value, 'f', 0, 64))
	}
	if read.Response == nil || read.Response.Status <= 0 {
		e.Failure = read.Response.failure()
		return e, nil
	}
	return a.answered(e, read)
}

// foreignMethod is the method as the wire had it. Libraries keep "post" and send "POST".
func foreignMethod(name string) string {
	if upper := strings.ToUpper(name); name == strings.ToLower(name) && slices.Contains(standardMethods, upper) {
		return upper
	}
	return name
}

var standardMethods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
	http.MethodConnect, http.MethodOptions, http.MethodTrace,
}

// answered adds the answer to the exchange.
func (a *Archive) answered(e exchange.Exchange, read entry) (exchange.Exchange, error) {
	answer := read.Response
	status, err := answer.status()
	if err != nil {
		return e, err
	}
	body, missing, err := a.answerBody(answer)
	if err != nil {
		return e, err
	}
	e.Response = &exchange.Response{Proto: foreignProto(answer.Proto), Status: status, Header: foreignHeader(answer.Headers), Body: body}
	if coding := e.Response.Header.Get("Content-Encoding"); coding != "" && len(body) > 0 && !stillCoded(coding, body) {
		// The content is the decoded body. With these fields it would be a broken answer, which
		// the server never gave.
		e.Response.Header.Del("Content-Encoding")
		e.Response.Header.Del("Content-Length")
	}
	if missing != "" && !withoutBody(e.Request.Method, status) {
		e.Failure = &exchange.Failure{Kind: exchange.NotRecorded, Message: missing}
	}
	return e, nil
}

// withoutBody tells whether such an answer has none, whatever size it announces (RFC 9110
// section 6.4.1). Browsers give none of a redirect either.
func withoutBody(method string, status int) bool {
	return method == http.MethodHead || status/100 == 1 || status/100 == 3 || status == http.StatusNoContent
}

// milliseconds is a time of HAR.
func milliseconds(length number) time.Duration {
	nanoseconds := math.Round(length.value * float64(time.Millisecond))
	switch {
	case !(nanoseconds > 0):
		return 0
	case nanoseconds >= math.MaxInt64:
		return math.MaxInt64
	}
	return time.Duration(nanoseconds)
}

// status is the status code as an integer.
func (answer *response) status() (int, error) {
	if status := float64(answer.Status); status != math.Trunc(status) || math.Abs(status) > 1<<53 {
		return 0, &Error{Member: "response.status", Message: fmt.Sprintf("found %v, expected a status code such as 200", answer.Status)}
	}
	return int(answer.Status), nil
}

// distinct are the fields of a request, each once: chrome-har lists those twice that a page gave,
// as the page gave them and as they were sent.
func distinct(fields []pair) []pair {
	var list []pair
	seen := map[pair]bool{}
	for _, field := range fields {
		same := pair{http.CanonicalHeaderKey(field.Name), field.Value}
		if !seen[same] {
			list = append(list, field)
		}
		seen[same] = true
	}
	return list
}

// foreignHeader makes a header of pairs in any order. What HTTP/2 carries as pseudo header
// fields, such as ":method", is no header (RFC 9113 section 8.3). Browsers join the values of
// several fields by line breaks.
func foreignHeader(fields []pair) http.Header {
	header := http.Header{}
	for _, field := range fields {
		if strings.HasPrefix(field.Name, ":") {
			continue
		}
		for value := range strings.SplitSeq(string(field.Value), "\n") {
			header.Add(field.Name, strings.TrimSuffix(value, "\r"))
		}
	}
	return header
}

// protos are the names that programs have for protocols, in the form of Go's http.Response.
var protos = map[string]string{
	"h2": "HTTP/2.0", "http/2": "HTTP/2.0", "http/2.0": "HTTP/2.0",
	"h3": "HTTP/3.0", "http/3": "HTTP/3.0", "http/3.0": "HTTP/3.0", "h3-29": "HTTP/3.0", "http/2+quic/43": "HTTP/3.0",
	"http/1.1": "HTTP/1.1", "http/1.0": "HTTP/1.0",
	"unknown": "",
}

func foreignProto(name string) string {
	if known, ok := protos[strings.ToLower(name)]; ok {
		return known
	}
	return name
}

// failures are what programs say in place of an answer: Chromium's network errors, and words of
// mitmproxy, Firefox and Playwright. The first that occurs in the text counts.
var failures = []struct {
	words string
	kind  exchange.FailureKind
}{
	{"CONNECTION_REFUSED", exchange.Refused},
	{"CONNECTION_RESET", exchange.Reset},
	{"CONNECTION_CLOSED", exchange.Reset},
	{"EMPTY_RESPONSE", exchange.Reset},
	{"NAME_NOT_RESOLVED", exchange.UnknownHost},
	{"UNKNOWN_HOST", exchange.UnknownHost},
	{"ERR_SSL", exchange.TLS},
	{"ERR_CERT", exchange.TLS},
	{"TLS", exchange.TLS},
	{"TIMED_OUT", exchange.Timeout},
	{"TIMEOUT", exchange.Timeout},
	{"INVALID_HTTP_RESPONSE", exchange.Malformed},
	{"INVALID_RESPONSE", exchange.Malformed},
	{"ABORTED", exchange.Interrupted},
	{"BLOCKED", exchange.Interrupted},
	{"UNSAFE_PORT", exchange.Interrupted},
	{"ERR_FAILED", exchange.Interrupted}, // what a browser kept from the page that asked
	{"INTERNET_DISCONNECTED", exchange.Interrupted},
	{"NETWORK_CHANGED", exchange.Interrupted},
	{"NETWORK_IO_SUSPENDED", exchange.Interrupted},
}

// failure says why there is no answer. Without a reason that is most often the user who went
// to another page, and nothing that tells of the server.
func (answer *response) failure() *exchange.Failure {
	if answer == nil {
		return &exchange.Failure{Kind: exchange.NotRecorded, Message: "the archive has no answer to this request"}
	}
	reason := string(cmp.Or(answer.Error, answer.FailureText))
	if reason == "" {
		return &exchange.Failure{Kind: exchange.NotRecorded, Message: "the archive has no answer to this request, and no reason"}
	}
	return &exchange.Failure{Kind: failureKind(reason), Message: "the archive has no answer to this request: " + reason}
}

func failureKind(reason string) exchange.FailureKind {
	upper := strings.ToUpper(reason)
	for _, failure := range failures {
		if strings.Contains(upper, failure.words) {
			return failure.kind
		}
	}
	return exchange.UnknownFailure
}
