package har

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// entry is one request and its answer, as an archive has them. Members that begin with an
// underscore are of the program that wrote the archive.
type entry struct {
	Started  string            `json:"startedDateTime"`
	Time     number            `json:"time"` // in milliseconds
	Request  *request          `json:"request"`
	Response *response         `json:"response"`
	Cache    derived[struct{}] `json:"cache"`
	Timings  derived[timings]  `json:"timings"`
	Exact    *exact            `json:"_conformance,omitempty"`
}

type request struct {
	Method      string            `json:"method"`
	URL         string            `json:"url"`
	Proto       string            `json:"httpVersion"`
	Cookies     derived[[]cookie] `json:"cookies"`
	Headers     []pair            `json:"headers"`
	QueryString derived[[]pair]   `json:"queryString"`
	PostData    *postData         `json:"postData,omitempty"`
	HeadersSize derived[int]      `json:"headersSize"`
	BodySize    number            `json:"bodySize"`
}

type response struct {
	Status      statusCode        `json:"status"`
	StatusText  derived[string]   `json:"statusText"`
	Proto       string            `json:"httpVersion"`
	Cookies     derived[[]cookie] `json:"cookies"`
	Headers     []pair            `json:"headers"`
	Content     content           `json:"content"`
	RedirectURL derived[string]   `json:"redirectURL"`
	HeadersSize derived[int]      `json:"headersSize"`
	BodySize    number            `json:"bodySize"`
	// Error is how Chromium and mitmproxy, FailureText how Playwright say why there is no answer.
	Error       remark `json:"_error,omitempty"`
	FailureText remark `json:"_failureText,omitempty"`
}

// pair is a header or a query parameter.
type pair struct {
	Name  string `json:"name"`
	Value scalar `json:"value"`
}

// cookie repeats what stands in a header. It has its label for a value.
type cookie struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// postData is the body of a request. Encoding is not of HAR 1.2, but of those who write binary
// bodies nonetheless.
type postData struct {
	MimeType string      `json:"mimeType"`
	Text     scalar      `json:"text"`
	Encoding string      `json:"encoding,omitempty"`
	Params   []parameter `json:"params,omitempty"`
	File     remark      `json:"_file,omitempty"`
}

// content is the body of an answer, without its content coding.
type content struct {
	Size        number           `json:"size"`
	Compression derived[float64] `json:"compression,omitzero"`
	MimeType    derived[string]  `json:"mimeType"`
	Text        *scalar          `json:"text,omitempty"`
	Encoding    string           `json:"encoding,omitempty"`
	// File is how Playwright names the file that holds the body in the place of Text.
	File remark `json:"_file,omitempty"`
	// Hexadecimal is how Polly before its version 6 says that Text is in hexadecimal digits.
	Hexadecimal truth `json:"_isBinary,omitzero"`
}

// timings is how long the phases of a request took, in milliseconds.
type timings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

// derived is a member that is written for others, and passed over when an archive is read:
// it repeats what stands elsewhere, and some programs get it wrong.
type derived[T any] struct{ value T }

func (d derived[T]) MarshalJSONTo(encoder *jsontext.Encoder) error {
	return json.MarshalEncode(encoder, d.value)
}

func (d *derived[T]) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	return decoder.SkipValue()
}

// remark is a member that holds a text if it holds anything of use.
type remark string

func (r *remark) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() != '"' {
		return decoder.SkipValue()
	}
	token, err := decoder.ReadToken()
	if err == nil {
		*r = remark(token.String())
	}
	return err
}
