package reference

import (
	"maps"
	"net/http"
	"strings"
	"time"
)

// decisionVariants decide otherwise than the reference where the page leaves it open.
var decisionVariants = []Fault{
	{Name: "opaque-tokens", Legal: true,
		About:     "Tokens are opaque, not JWTs.",
		configure: func(p *policy) { p.newTokens = newOpaque }},
	{Name: "account-before-authority", Legal: true,
		About:     "The account is looked up before the authority is checked.",
		configure: func(p *policy) { p.move(find, authorize) }},
	{Name: "body-before-authority", Legal: true,
		About:     "The body is parsed before the authority is checked.",
		configure: func(p *policy) { p.move(parse, authorize); p.move(mediaType, parse) }},
	{Name: "account-before-body", Legal: true,
		About:     "The account is looked up before the body is parsed.",
		configure: func(p *policy) { p.move(find, mediaType) }},
	{Name: "method-after-authentication", Legal: true,
		About:     "A wrong method is noticed after a missing token.",
		configure: func(p *policy) { p.move(method, authorize) }},
	{Name: "other-method-not-found", Legal: true,
		About:    "Another method than POST is answered 404.",
		redecide: instead(http.StatusNotFound, decided(405))},
	{Name: "other-method-not-implemented", Legal: true,
		About:    "Another method than POST is answered 501.",
		document: on(405, all(status(http.StatusNotImplemented), header("Allow")))},
	{Name: "other-method-forbidden", Legal: true,
		About:    "Another method than POST is answered 403.",
		redecide: instead(http.StatusForbidden, decided(405))},
	{Name: "hostile-id-bad-request", Legal: true,
		About:    "An account id that no system would give is answered 400.",
		redecide: instead(http.StatusBadRequest, decided(404), hostile)},
	{Name: "long-id-refused", Legal: true,
		About: "A path of great length is answered 414.",
		document: on(404, func(v *visit, a *answer) {
			if len(v.path) > 1000 {
				status(http.StatusRequestURITooLong)(v, a)
			}
		})},
	{Name: "media-type-unsupported", Legal: true,
		About: "A Content-Type other than JSON is answered 415.",
		document: on(400, func(v *visit, a *answer) {
			if !isJSON(v.header("Content-Type")) {
				status(http.StatusUnsupportedMediaType)(v, a)
			}
		})},
	{Name: "null-fields-refused", Legal: true,
		About: "A field that is null is refused.",
		configure: func(p *policy) {
			p.parser.kinds = maps.Clone(p.parser.kinds)
			for field, kinds := range p.parser.kinds {
				p.parser.kinds[field] = strings.ReplaceAll(kinds, "n", "")
			}
		}},
	{Name: "every-token-limited", Legal: true,
		About: "Every token may send 30 requests in ten seconds, and no more.",
		configure: func(p *policy) {
			p.limit = func(user claims) int { return min(30, limitOf(user)) }
		}},
	{Name: "limit-higher", Legal: true,
		About: "The throttled token may send 45 requests in ten seconds, the others a thousand.",
		configure: func(p *policy) {
			p.limit = func(user claims) int {
				if user.RateLimit > 0 {
					return 45
				}
				return 1000
			}
		}},
	{Name: "limit-lower", Legal: true,
		About: "The throttled token may send 5 requests in ten seconds.",
		configure: func(p *policy) {
			p.limit = func(user claims) int {
				if user.RateLimit > 0 {
					return 5
				}
				return usualLimit
			}
		}},
	{Name: "limit-fixed-window", Legal: true,
		About:     "Requests are counted in windows of ten seconds; none is let pass before the window closes.",
		configure: func(p *policy) { p.newGate = func() gate { return newWindows(window) } }},
	{Name: "limit-of-an-hour", Legal: true,
		About: "The limit counts for an hour, and Retry-After says so.",
		configure: func(p *policy) {
			p.newGate = func() gate { return newWindows(time.Hour) }
			p.limit = generous
		}},
	{Name: "limit-after-authority", Legal: true,
		About:     "The rate limit is checked after everything but the account.",
		configure: func(p *policy) { p.move(throttle, find) }},
	{Name: "retry-after-date", Legal: true,
		About:     "Retry-After is an HTTP-date.",
		configure: spells(httpDate)},
	{Name: "retry-after-on-the-safe-side", Legal: true,
		About: "Retry-After says five seconds more than it takes.",
		configure: spells(func(now time.Time, wait time.Duration) string {
			return wholeSeconds(now, wait+5*time.Second)
		})},
}
