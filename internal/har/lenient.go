package har

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Libraries write what they have in their memory where HAR wants a text or a number: the
// length of a body as the number 32 in the value of a header, or "" for the status of what was not
// answered. The types of this file read that as what it means.

// scalar is a text. A value of another kind is its JSON, and null is empty.
type scalar string

func (s *scalar) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	if decoder.PeekKind() == '"' {
		token, err := decoder.ReadToken()
		*s = scalar(token.String())
		return err
	}
	value, err := decoder.ReadValue()
	*s = scalar(value)
	if value.Kind() == 'n' {
		*s = ""
	}
	return err
}

// number is a measurement, in milliseconds or bytes. It is not known where it is left out, null or
// negative.
type number struct {
	value float64
	known bool
}

// numberOf is a number that was measured.
func numberOf[N int | float64](value N) number { return number{float64(value), value >= 0} }

func (n number) MarshalJSONTo(encoder *jsontext.Encoder) error {
	return encoder.WriteToken(jsontext.Float(n.value))
}

func (n *number) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	var read scalar
	if err := read.UnmarshalJSONFrom(decoder); err != nil {
		return err
	}
	value, err := strconv.ParseFloat(strings.TrimSpace(string(read)), 64)
	*n = number{value, err == nil && value >= 0}
	return nil
}

// statusCode is a status, which may be written as a text; empty stands for none.
type statusCode float64

func (s *statusCode) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	var read scalar
	if err := read.UnmarshalJSONFrom(decoder); err != nil {
		return err
	}
	text := strings.TrimSpace(string(read))
	if text == "" {
		*s = 0
		return nil
	}
	parsed, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return &Error{Member: "response.status", Message: fmt.Sprintf("found %.40q", text) + ", expected a status code such as 200"}
	}
	*s = statusCode(parsed)
	return nil
}

// truth is a yes, and anything else a no.
type truth bool

func (t *truth) UnmarshalJSONFrom(decoder *jsontext.Decoder) error {
	value, err := decoder.ReadValue()
	*t = value.Kind() == 't'
	return err
}
