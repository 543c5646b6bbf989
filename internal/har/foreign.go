package har

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"conformance/internal/exchange"
)

// exchange makes an exchange of what another program saw. Started counts from the given time.
// The error is an *Error without its place.
func (read entry) exchange(recorded time.Time) (exchange.Exchange, error) {
	started, err := parseDate(read.Started)
	if err != nil {
		return exchange.Exchange{}, &Error{Member: "startedDateTime", Message: "is no date; export the archive again"}
	}
	e := exchange.Exchange{Started: started.Sub(recorded), Duration: milliseconds(read.Time)}
	switch {
	case read.Request == nil:
		return e, &Error{Member: "request", Message: "is missing; remove the entry or export the archive again"}
	case read.Request.Method == "":
		return e, &Error{Member: "request.method", Message: "is missing; expected a method such as POST"}
	case read.Request.URL == "":
		return e, &Error{Member: "request.url", Message: "is missing; expected a whole URL"}
	}
	body, err := read.Request.PostData.body()
	if err != nil {
		return e, err
	}
	e.Request = exchange.Request{Method: read.Request.Method, URL: read.Request.URL, Header: foreignHeader(read.Request.Headers), Body: body}
	if read.Response == nil || read.Response.Status <= 0 {
		e.Failure = read.Response.failure()
		return e, nil
	}
	return read.answered(e)
}

// answered adds the answer to the exchange.
func (read entry) answered(e exchange.Exchange) (exchange.Exchange, error) {
	answer := read.Response
	status, err := answer.status()
	if err != nil {
		return e, err
	}
	body, err := answer.Content.body()
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
	if answer.Content.Text == nil && max(answer.Content.Size, answer.BodySize) > 0 && !withoutBody(e.Request.Method, status) {
		e.Failure = &exchange.Failure{Kind: exchange.NotRecorded,
			Message: "the archive does not hold the body of this answer; export it again with the content of answers"}
	}
	return e, nil
}

// withoutBody tells whether such an answer has none, whatever size it announces (RFC 9110
// section 6.4.1). Browsers give none of a redirect either.
func withoutBody(method string, status int) bool {
	return method == http.MethodHead || status/100 == 1 || status/100 == 3 || status == http.StatusNoContent
}

// milliseconds is a time of HAR, where -1 is an unknown one.
func milliseconds(length float64) time.Duration {
	nanoseconds := math.Round(length * float64(time.Millisecond))
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
	if answer.Status != math.Trunc(answer.Status) || math.Abs(answer.Status) > 1<<53 {
		return 0, &Error{Member: "response.status", Message: fmt.Sprintf("found %v, expected a status code such as 200", answer.Status)}
	}
	return int(answer.Status), nil
}

// body is the body of a request. A form of which only the fields are known is encoded again;
// the parts of a multipart form are lost.
func (data *postData) body() ([]byte, error) {
	if data == nil {
		return nil, nil
	}
	if data.Text == "" && len(data.Params) > 0 && exchange.MediaType(data.MimeType) == "application/x-www-form-urlencoded" {
		return data.form(), nil
	}
	return decodeText("request.postData", data.Text, data.Encoding)
}

func (data *postData) form() []byte {
	var form []string
	for _, field := range data.Params {
		form = append(form, url.QueryEscape(field.Name)+"="+url.QueryEscape(field.Value))
	}
	return []byte(strings.Join(form, "&"))
}

// body is the body of an answer, without its content coding.
func (c content) body() ([]byte, error) {
	if c.Text == nil {
		return nil, nil
	}
	return decodeText("response.content", *c.Text, c.Encoding)
}

// decodeText undoes the encoding of a body.
func decodeText(member, body, encoding string) ([]byte, error) {
	switch strings.ToLower(encoding) {
	case "", "utf-8", "utf8":
		return []byte(body), nil
	case "base64":
		decoded, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			return nil, &Error{Member: member + ".text", Message: fmt.Sprintf("is no base64: %v; export the archive again", err)}
		}
		return decoded, nil
	default:
		return nil, &Error{Member: member + ".encoding", Message: fmt.Sprintf("found %.40q, expected base64 or none; export the archive again", encoding)}
	}
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
		for value := range strings.SplitSeq(field.Value, "\n") {
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
}

// failure says why there is no answer.
func (answer *response) failure() *exchange.Failure {
	if answer == nil {
		return &exchange.Failure{Kind: exchange.UnknownFailure, Message: "the archive has no answer to this request"}
	}
	reason := string(cmp.Or(answer.Error, answer.FailureText))
	if reason == "" {
		return &exchange.Failure{Kind: exchange.UnknownFailure, Message: "the archive has no answer to this request, and no reason"}
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
