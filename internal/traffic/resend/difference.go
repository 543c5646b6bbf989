package resend

import (
	"strconv"
	"unicode/utf8"

	"conformance/internal/contract"
	"conformance/internal/exchange"
)

// Difference is one way in which an answer differs from the recorded one.
type Difference struct {
	// Rule is the id of the rule that it falls under.
	Rule string
	// Where is the place: a JSON Pointer into the body (RFC 6901; the whole body is "body"),
	// "header NAME", "status" or "connection".
	Where string
	// Was and Is are short: what the recording has there, and what is there now.
	Was, Is string
}

// The places that are not in a body.
const (
	whereStatus     = "status"
	whereConnection = "connection"
	whereBody       = "body"
)

// whereHeader is the place of a header field.
func whereHeader(name string) string { return "header " + name }

// Class is that of the difference's rule.
func (d Difference) Class() Class { return classes[d.Rule] }

// pattern is the place with a * for each index of a list, so that the same difference in several
// elements is one.
func (d Difference) pattern() string { return contract.AnyElement(d.Where) }

// shownLimit is how many bytes of a foreign text a difference repeats.
const shownLimit = 120

// shown is the beginning of a foreign text.
func shown(text string) string {
	if len(text) <= shownLimit {
		return text
	}
	cut := shownLimit
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "..."
}

// statusPath is what the recorded exchange belongs to: its status, or that there was none.
func statusPath(e exchange.Exchange) string {
	if e.Response == nil {
		return "no answer"
	}
	return strconv.Itoa(e.Response.Status)
}
