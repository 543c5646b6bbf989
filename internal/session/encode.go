package session

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"conformance/internal/exchange"
)

// longestSimpleKey is how long a key may be in bytes, quoted, to be written in front of
// its colon. YAML's own bound is 1024 characters.
const longestSimpleKey = 1000

// appendInteraction appends an exchange as one item of a cassette's list. Keys whose
// value go-vcr assumes anyway are left out. The key started is always there and always
// the last: an item without it was cut off.
func appendInteraction(out []byte, id int, e exchange.Exchange) []byte {
	out = appendInt(out, "  - id: ", int64(id))
	out = appendRequest(out, e.Request)
	out = append(out, "    response:\n"...)
	if e.Response != nil {
		out = appendResponse(out, *e.Response)
	} else {
		out = append(out, "      code: 0\n"...)
	}
	if e.Duration != 0 {
		out = append(out, "      duration: "+e.Duration.String()+"\n"...)
	}
	if e.Case != "" {
		out = appendWordLine(out, "    case: ", e.Case)
	}
	if e.Attempt != 0 {
		out = appendInt(out, "    attempt: ", int64(e.Attempt))
	}
	if e.Credential != "" {
		out = appendWordLine(out, "    credential: ", e.Credential)
	}
	if e.Failure != nil {
		out = append(out, "    failure:\n"...)
		out = appendWordLine(out, "      kind: ", string(e.Failure.Kind))
		out = appendTextLine(out, "      message: ", e.Failure.Message)
	}
	return append(out, "    started: "+e.Started.String()+"\n"...)
}

func appendRequest(out []byte, r exchange.Request) []byte {
	out = append(out, "    request:\n"...)
	out = appendTransferEncoding(out, r.Header)
	if len(r.Body) > 0 {
		out = appendInt(out, "      content_length: ", int64(len(r.Body)))
	}
	if host := hostOf(r.URL); host != "" {
		out = appendTextLine(out, "      host: ", host)
	}
	out = appendMessage(out, r.Body, r.Header)
	out = appendTextLine(out, "      url: ", r.URL)
	return appendWordLine(out, "      method: ", r.Method)
}

func appendResponse(out []byte, r exchange.Response) []byte {
	if r.Proto != "" {
		out = appendWordLine(out, "      proto: ", r.Proto)
	}
	if major, minor, ok := http.ParseHTTPVersion(r.Proto); ok {
		out = appendInt(out, "      proto_major: ", int64(major))
		out = appendInt(out, "      proto_minor: ", int64(minor))
	}
	out = appendTransferEncoding(out, r.Header)
	if length := contentLength(r.Header); length != 0 {
		out = appendInt(out, "      content_length: ", length)
	}
	if r.Uncompressed {
		out = append(out, "      uncompressed: true\n"...)
	}
	out = appendMessage(out, r.Body, r.Header)
	out = appendTextLine(out, "      status: ", statusLine(r.Status))
	return appendInt(out, "      code: ", int64(r.Status))
}

// appendTransferEncoding appends what go-vcr keeps beside the header. net/http knows no other
// transfer coding.
func appendTransferEncoding(out []byte, header http.Header) []byte {
	if values := header[transferEncoding]; len(values) == 1 && values[0] == "chunked" {
		out = append(out, "      transfer_encoding: [chunked]\n"...)
	}
	return out
}

// transferEncoding is the header that net/http keeps apart from the others.
const transferEncoding = "Transfer-Encoding"

// appendMessage appends what requests and responses have in common.
func appendMessage(out, body []byte, header http.Header) []byte {
	if len(body) > 0 {
		out = appendTextLine(out, "      body: ", string(body))
	}
	if len(header) == 0 {
		return out
	}
	out = append(out, "      headers:\n"...)
	for _, name := range slices.Sorted(maps.Keys(header)) {
		out = appendHeader(out, name, header[name])
	}
	return out
}

func appendHeader(out []byte, name string, values []string) []byte {
	const indentation = "        "
	out = append(out, indentation...)
	if key := appendWord(nil, name); len(key) <= longestSimpleKey {
		out = append(append(out, key...), ':')
	} else {
		out = append(append(append(out, "? "...), key...), "\n"+indentation+":"...)
	}
	if len(values) == 0 {
		return append(out, " []\n"...)
	}
	out = append(out, '\n')
	for _, value := range values {
		out = append(appendWord(append(out, indentation+"  - "...), value), '\n')
	}
	return out
}

func appendWordLine(out []byte, key, word string) []byte {
	return append(appendWord(append(out, key...), word), '\n')
}

func appendTextLine(out []byte, key, text string) []byte {
	return append(appendText(append(out, key...), text), '\n')
}

func appendInt(out []byte, key string, value int64) []byte {
	return append(strconv.AppendInt(append(out, key...), value, 10), '\n')
}

// hostOf is the host of a URL, empty when it has none.
func hostOf(rawURL string) string {
	parsed, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return parsed.Host
}

// contentLength is the length that an answer announces in bytes, or -1 when it announces
// none, as in http.Response.
func contentLength(header http.Header) int64 {
	length, err := strconv.ParseInt(strings.TrimSpace(header.Get("Content-Length")), 10, 64)
	if err != nil || length < 0 {
		return -1
	}
	return length
}

// statusLine is a status with its usual phrase, as in http.Response.
func statusLine(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}
