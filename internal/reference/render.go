package reference

import (
	"net/http"
	"strings"
)

// detailCodes are the page's fine-grained error codes, from its examples.
var detailCodes = map[int]string{
	http.StatusBadRequest:          "400.1 Bad Request Content",
	http.StatusForbidden:           "403 Forbidden",
	http.StatusNotFound:            "404 Not found",
	http.StatusMethodNotAllowed:    "405 Method not allowed",
	http.StatusInternalServerError: "500.0 Internal Fault",
}

// render makes the answer of a decision, with what the fault does to it.
func (r *Reference) render(v *visit, d decision) *answer {
	v.nth = int(r.answered[d.status].Add(1))
	a := &answer{status: d.status, delivery: whole, header: http.Header{
		"Content-Type": {"application/json"},
		"Date":         {r.clock.Now().UTC().Format(http.TimeFormat)},
	}}
	if d.challenge != "" {
		a.header.Set("WWW-Authenticate", d.challenge)
	}
	switch d.status {
	case http.StatusAccepted:
		a.document = members("id", r.ids.mint("task", v))
	case http.StatusUnauthorized:
		a.document = members("error", d.problem)
	case http.StatusTooManyRequests:
		a.header.Set("Retry-After", r.policy.retryAfter(r.clock.Now(), d.wait))
		a.document = members("message", " Rate Limit Exceeded ")
	default:
		r.renderError(a, v, d)
	}
	if d.status == http.StatusMethodNotAllowed {
		a.header.Set("Allow", strings.Join(r.policy.methods, ", "))
	}
	if r.fault.document != nil {
		r.fault.document(v, a)
	}
	if a.document != nil {
		a.body = encode(a.document)
	}
	if r.fault.wire != nil {
		r.fault.wire(v, a)
	}
	return a
}

// renderError fills in the error envelope, in the language that the client asked for.
func (r *Reference) renderError(a *answer, v *visit, d decision) {
	c := r.texts.choose(v.header("Accept-Language"), r.policy.systemLocale)
	if r.fault.choose != nil {
		c = r.fault.choose(v, d.status, c)
	}
	envelope := members(
		"detailCode", detailCodes[d.status],
		"trackingId", r.ids.mint("tracking", v),
		"messages", list(c.message(r.texts.message(c, d.status))),
	)
	if len(d.causes) > 0 {
		causes := list()
		for _, one := range d.causes {
			causes.items = append(causes.items, c.message(r.texts.cause(c, one)))
		}
		envelope.put("causes", causes)
	}
	a.document = envelope
	a.header.Set("Content-Language", c.text)
}
