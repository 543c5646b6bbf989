package har

import (
	"cmp"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"conformance/internal/exchange"
)

// unknownSize is the size of what was not measured. That of headers is never known: an exchange
// has them parsed.
const unknownSize = -1

// newEntry makes an entry of an exchange. Only the sum of the three times is known: all of it
// counts as waiting.
func newEntry(e exchange.Exchange, recorded time.Time) entry {
	duration := float64(max(e.Duration, 0)) / float64(time.Millisecond)
	made := entry{
		Started:  recorded.Add(max(e.Started, 0)).Format(time.RFC3339Nano),
		Time:     numberOf(duration),
		Timings:  derived[timings]{timings{Wait: duration}},
		Request:  newRequest(e),
		Response: newResponse(e),
		Exact: &exact{
			Case: text(e.Case), Attempt: e.Attempt, Credential: text(e.Credential),
			Started: span(e.Started), Duration: span(e.Duration), Unanswered: e.Response == nil,
			RequestHeader: exactHeaderOf(e.Request.Header),
		},
	}
	kept := made.Exact
	kept.Method = exactText(e.Request.Method, made.Request.Method)
	kept.URL = exactText(e.Request.URL, made.Request.URL)
	if e.Failure != nil {
		kept.Failure = &exactFailure{Kind: text(e.Failure.Kind), Message: text(e.Failure.Message)}
		made.Response.Error = remark(valid(e.Failure.Message))
	}
	if e.Response != nil {
		kept.Uncompressed = e.Response.Uncompressed
		kept.Proto = exactText(e.Response.Proto, made.Response.Proto)
		kept.ResponseHeader = exactHeaderOf(e.Response.Header)
		if made.Response.Content.Compression.value != 0 {
			kept.ResponseBody = e.Response.Body
		}
	}
	return made
}

func newRequest(e exchange.Exchange) *request {
	made := &request{
		Method:      valid(e.Request.Method),
		URL:         uri(e.Request.URL),
		Proto:       "HTTP/1.1",
		Cookies:     derived[[]cookie]{requestCookies(e.Request.Header)},
		Headers:     pairs(e.Request.Header),
		QueryString: derived[[]pair]{queryString(e.Request.URL)},
		HeadersSize: derived[int]{unknownSize},
		BodySize:    numberOf(len(e.Request.Body)),
	}
	if e.Response != nil && e.Response.Proto != "" {
		made.Proto = valid(e.Response.Proto)
	}
	if len(e.Request.Body) > 0 {
		made.PostData = &postData{MimeType: mediaType(e.Request.Header)}
		text, encoding := encodeText(e.Request.Body)
		made.PostData.Text, made.PostData.Encoding = scalar(text), encoding
	}
	return made
}

func newResponse(e exchange.Exchange) *response {
	if e.Response == nil {
		return &response{
			Content:     content{MimeType: derived[string]{unknownMediaType}},
			HeadersSize: derived[int]{unknownSize}, BodySize: numberOf(unknownSize),
		}
	}
	answer := e.Response
	made := &response{
		Status:      statusCode(answer.Status),
		StatusText:  derived[string]{http.StatusText(answer.Status)},
		Proto:       valid(answer.Proto),
		Cookies:     derived[[]cookie]{responseCookies(answer.Header)},
		Headers:     pairs(answer.Header),
		RedirectURL: derived[string]{valid(answer.Header.Get("Location"))},
		HeadersSize: derived[int]{unknownSize},
		BodySize:    numberOf(len(answer.Body)),
	}
	made.Content = newContent(answer.Header, answer.Body)
	if e.Failure != nil {
		// The body broke off.
		made.BodySize = numberOf(unknownSize)
	}
	return made
}

// newContent is the body of an answer as HAR wants it: without its content coding, where that
// is known.
func newContent(header http.Header, body []byte) content {
	made := content{Size: numberOf(len(body)), MimeType: derived[string]{mediaType(header)}}
	if decoded, ok := decode(header.Get("Content-Encoding"), body); ok && len(decoded) != len(body) {
		made.Size = numberOf(len(decoded))
		made.Compression.value = float64(len(decoded) - len(body))
		body = decoded
	}
	if len(body) > 0 {
		encoded, encoding := encodeText(body)
		text := scalar(encoded)
		made.Text, made.Encoding = &text, encoding
	}
	return made
}

// encodeText is a body as text, in base64 where it is not UTF-8.
func encodeText(body []byte) (text, encoding string) {
	if utf8.Valid(body) {
		return string(body), ""
	}
	return base64.StdEncoding.EncodeToString(body), "base64"
}

// unknownMediaType is what browsers write where there is none.
const unknownMediaType = "x-unknown"

func mediaType(header http.Header) string {
	return valid(cmp.Or(header.Get("Content-Type"), unknownMediaType))
}

// valid is the text with the replacement character for what is not UTF-8.
func valid(text string) string { return strings.ToValidUTF8(text, "\ufffd") }

// uri is a URL as the schema of HAR wants it, the nearest one where what was sent is none.
func uri(sent string) string {
	if parsed, err := url.Parse(sent); err == nil && parsed.IsAbs() && utf8.ValidString(sent) && !strings.Contains(sent, `\`) {
		return sent
	}
	return "about:invalid#" + url.PathEscape(sent)
}

// pairs are the fields of a header in the order of their names.
func pairs(header http.Header) []pair {
	fields := []pair{}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			fields = append(fields, pair{valid(name), scalar(valid(value))})
		}
	}
	return fields
}

// queryString are the parameters of a URL in their order, as far as they can be decoded.
func queryString(sent string) []pair {
	_, query, _ := strings.Cut(sent, "?")
	query, _, _ = strings.Cut(query, "#")
	parameters := []pair{}
	for parameter := range strings.SplitSeq(query, "&") {
		if parameter == "" {
			continue
		}
		name, value, _ := strings.Cut(parameter, "=")
		parameters = append(parameters, pair{queryText(name), scalar(queryText(value))})
	}
	return parameters
}

func queryText(escaped string) string {
	if plain, err := url.QueryUnescape(escaped); err == nil {
		return valid(plain)
	}
	return valid(escaped)
}

// requestCookies and responseCookies are those that net/http can read.
func requestCookies(header http.Header) []cookie {
	cookies := []cookie{}
	for _, line := range header["Cookie"] {
		// An error leaves none.
		parsed, _ := http.ParseCookie(line)
		for _, c := range parsed {
			cookies = append(cookies, cookie{valid(c.Name), valid(c.Value)})
		}
	}
	return cookies
}

func responseCookies(header http.Header) []cookie {
	cookies := []cookie{}
	for _, line := range header["Set-Cookie"] {
		if c, err := http.ParseSetCookie(line); err == nil {
			cookies = append(cookies, cookie{valid(c.Name), valid(c.Value)})
		}
	}
	return cookies
}
