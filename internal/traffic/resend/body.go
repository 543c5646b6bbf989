package resend

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"conformance/internal/contract"
	"conformance/internal/exchange"
)

// body compares two bodies.
func (c *comparer) body(found *differences, was, is exchange.Exchange) {
	if bytes.Equal(was.Response.Body, is.Response.Body) {
		return
	}
	then, plain := contract.Plain(was, plainLimit)
	now, plainNow := contract.Plain(is, plainLimit)
	d := Difference{Where: whereBody, Was: string(then), Is: string(now)}
	switch {
	case !plain || !plainNow:
		d.Rule, d.Was, d.Is = codingChanged, coding(was.Response.Header), coding(is.Response.Header)
	case len(now) == 0 && len(then) > 0:
		d.Rule, d.Is = bodyEmptied, "empty"
	case len(then) == 0 && len(now) > 0:
		d.Rule, d.Was = bodyAdded, "empty"
	default:
		c.documents(found, then, now)
		return
	}
	found.add(d)
}

// documents compares two bodies that are not empty, nor in a coding.
func (c *comparer) documents(found *differences, then, now []byte) {
	var was, is any
	isJSON := json.Unmarshal(then, &was) == nil
	isJSONNow := json.Unmarshal(now, &is) == nil
	d := Difference{Where: whereBody, Was: string(then), Is: string(now)}
	switch {
	case isJSON && isJSONNow:
		if a, b := envelopeOf(was), envelopeOf(is); a != b && a != "" {
			found.add(Difference{envelopeChanged, whereBody, a, shape(is, b)})
			return
		}
		walk{found: found, masks: &c.masks}.compare("", was, is)
		return
	case isJSON:
		d.Rule = bodyNotJSON
	case bytes.Equal(then, now):
		return
	default:
		d.Rule = bodyChanged
	}
	found.add(d)
}

// envelopes are the documented shapes, each by the member that only it has.
var envelopes = []struct{ name, member string }{
	{"error envelope", "detailCode"},
	{"error envelope", "trackingId"},
	{"error envelope", "messages"},
	{"rate limit envelope", "message"},
	{"unauthorized envelope", "error"},
	{"task envelope", "id"},
}

// envelopeOf is the documented shape of a JSON value; empty when it has none.
func envelopeOf(value any) string {
	object, is := value.(map[string]any)
	if !is {
		return ""
	}
	for _, envelope := range envelopes {
		if _, has := object[envelope.member]; has {
			return envelope.name
		}
	}
	return ""
}

// shape is the envelope's name, or what the value is where it is none.
func shape(value any, envelope string) string {
	if envelope != "" {
		return envelope
	}
	object, is := value.(map[string]any)
	if !is {
		return typeOf(value)
	}
	var names []string
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	return "an object of: " + strings.Join(names, ", ")
}

// coding is the content coding of a body.
func coding(header http.Header) string {
	return strings.ToLower(strings.Join(header.Values("Content-Encoding"), ", "))
}

// plainLimit bounds, in bytes, what a compressed body may become.
const plainLimit = 4 << 20
