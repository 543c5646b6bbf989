package har

import (
	"maps"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"conformance/internal/exchange"
)

// FormatVersion is the version of the members "_conformance" that this package reads and writes.
const FormatVersion = 1

// ownLog is the member "_conformance" of the log.
type ownLog struct {
	FormatVersion int            `json:"formatVersion"`
	Recorded      time.Time      `json:"recorded"`
	Session       jsontext.Value `json:"session,omitempty"`
}

// exact is the member "_conformance" of an entry: what HAR 1.2 has no place for, and what its
// members cannot hold to the byte. The latter is left out where they can.
type exact struct {
	Case       text `json:"case,omitzero"`
	Attempt    int  `json:"attempt,omitzero"`
	Credential text `json:"credential,omitzero"`
	Started    span `json:"started"`
	Duration   span `json:"duration"`
	Unanswered bool `json:"unanswered,omitzero"`
	// Uncompressed is Response.Uncompressed.
	Uncompressed bool          `json:"uncompressed,omitzero"`
	Failure      *exactFailure `json:"failure,omitempty"`

	Method         *text         `json:"method,omitzero"`
	URL            *text         `json:"url,omitzero"`
	Proto          *text         `json:"proto,omitzero"`
	RequestHeader  []exactHeader `json:"requestHeader,omitempty"`
	ResponseHeader []exactHeader `json:"responseHeader,omitempty"`
	// ResponseBody is the body as the wire carried it, where the content is the decoded one.
	ResponseBody []byte `json:"responseBody,omitempty"`
}

type exactFailure struct {
	Kind    text `json:"kind"`
	Message text `json:"message"`
}

// exactHeader is a header field with all its values, of which there may be none.
type exactHeader struct {
	Name   text   `json:"name"`
	Values []text `json:"values"`
}

// text is any bytes in JSON: a string, or {"base64": "..."} where they are not UTF-8.
type text string

type binaryText struct {
	Base64 []byte `json:"base64"`
}

func (t text) MarshalJSONTo(encoder *jsontext.Encoder) error {
	if utf8.ValidString(string(t)) {
		return encoder.WriteToken(jsontext.String(string(t)))
	}
	return json.MarshalEncode(encoder, binaryText{Base64: []byte(t)})
}

func (t *text) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() == '"' {
		token, err := decoder.ReadToken()
		*t = text(token.String())
		return err
	}
	var binary binaryText
	if err := json.UnmarshalDecode(decoder, &binary); err != nil {
		return err
	}
	*t = text(binary.Base64)
	return nil
}

// span is a time in JSON as Go writes it, such as "1.5s": HAR's milliseconds are rounded.
type span time.Duration

func (s span) MarshalText() ([]byte, error) { return []byte(time.Duration(s).String()), nil }

func (s *span) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*s = span(parsed)
	return err
}

// exactText is the text, if HAR's own member holds another.
func exactText(original, written string) *text {
	if original == written {
		return nil
	}
	kept := text(original)
	return &kept
}

// exactHeaderOf is the header, if HAR's list of pairs cannot hold it.
func exactHeaderOf(header http.Header) []exactHeader {
	if !slices.ContainsFunc(slices.Collect(maps.Keys(header)), func(name string) bool {
		return len(header[name]) == 0 || !utf8.ValidString(name) ||
			slices.ContainsFunc(header[name], func(value string) bool { return !utf8.ValidString(value) })
	}) {
		return nil
	}
	var kept []exactHeader
	for _, name := range slices.Sorted(maps.Keys(header)) {
		field := exactHeader{Name: text(name)}
		for _, value := range header[name] {
			field.Values = append(field.Values, text(value))
		}
		kept = append(kept, field)
	}
	return kept
}

// restore is the exchange that the entry was made from. The error is an *Error without its place.
func (read entry) restore() (exchange.Exchange, error) {
	if read.Request == nil {
		return exchange.Exchange{}, &Error{Member: "request", Message: "is missing; export the archive again"}
	}
	kept := read.Exact
	e := exchange.Exchange{
		Case: string(kept.Case), Attempt: kept.Attempt, Credential: string(kept.Credential),
		Started: time.Duration(kept.Started), Duration: time.Duration(kept.Duration),
	}
	if kept.Failure != nil {
		e.Failure = &exchange.Failure{Kind: exchange.FailureKind(kept.Failure.Kind), Message: string(kept.Failure.Message)}
	}
	body, err := read.Request.PostData.body()
	if err != nil {
		return e, err
	}
	e.Request = exchange.Request{
		Method: kept.Method.or(read.Request.Method),
		URL:    kept.URL.or(read.Request.URL),
		Header: restoreHeader(kept.RequestHeader, read.Request.Headers),
		Body:   body,
	}
	if kept.Unanswered || read.Response == nil {
		return e, nil
	}
	status, err := read.Response.status()
	if err != nil {
		return e, err
	}
	e.Response = &exchange.Response{
		Proto:  kept.Proto.or(read.Response.Proto),
		Status: status,
		Header: restoreHeader(kept.ResponseHeader, read.Response.Headers),
		Body:   kept.ResponseBody,

		Uncompressed: kept.Uncompressed,
	}
	if len(kept.ResponseBody) == 0 {
		e.Response.Body, err = read.Response.Content.body()
	}
	return e, err
}

// or is the exact text, or what HAR's own member says where there is none.
func (t *text) or(written string) string {
	if t == nil {
		return written
	}
	return string(*t)
}

func restoreHeader(kept []exactHeader, written []pair) http.Header {
	header := http.Header{}
	for _, field := range kept {
		header[string(field.Name)] = nil
		for _, value := range field.Values {
			header[string(field.Name)] = append(header[string(field.Name)], string(value))
		}
	}
	if len(kept) > 0 {
		return header
	}
	for _, field := range written {
		header[field.Name] = append(header[field.Name], string(field.Value))
	}
	return header
}
