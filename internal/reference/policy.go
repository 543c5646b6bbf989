package reference

import (
	"mime"
	"slices"
	"strings"
	"time"

	"conformance/internal/clock"
)

// The scopes of the operation.
const (
	baseScope         = "idn:accounts-state:manage"
	provisioningScope = "idn:accounts-provisioning:manage"
)

// policy is what the stages go by. A fault or a legal variant is another policy.
type policy struct {
	// order lists the stages that a request goes through.
	order []stageName
	// methods are those that unlock.
	methods []string
	// newTokens makes what mints and verifies tokens.
	newTokens func(key []byte, clock clock.Clock) tokens
	// schemes are the authentication schemes that carry a token, in small letters.
	schemes []string
	// schemeMatters tells schemes apart by the case of their letters too.
	schemeMatters bool
	// authorities are those any one of which is enough.
	authorities []string
	// newGate makes the rate limiter.
	newGate func() gate
	// limit is how many requests the user of a token may send in ten seconds.
	limit func(user claims) int
	// retryAfter spells the time to wait for the Retry-After header.
	retryAfter func(now time.Time, wait time.Duration) string
	// acceptsMediaType says whether the body may be declared as this.
	acceptsMediaType func(contentType string) bool
	// repair is done to a body before it is parsed.
	repair func(body []byte) []byte
	// parser reads a body.
	parser bodyParser
	// needsProvisioning says whether a request takes the provisioning scope.
	needsProvisioning func(v *visit) bool
	// systemLocale is the locale of texts for clients that asked for none of ours.
	systemLocale string
}

// pagePolicy is the policy of the page.
func pagePolicy() policy {
	return policy{
		order:             []stageName{route, method, authenticate, throttle, authorize, mediaType, parse, provision, find},
		methods:           []string{"POST"},
		newTokens:         newJWT,
		schemes:           []string{"bearer"},
		authorities:       []string{"ORG_ADMIN", "SOURCE_ADMIN", "SOURCE_SUBADMIN", "HELPDESK"},
		newGate:           func() gate { return newBuckets(window) },
		limit:             limitOf,
		retryAfter:        wholeSeconds,
		acceptsMediaType:  isJSON,
		repair:            func(body []byte) []byte { return body },
		parser:            strictParser(),
		needsProvisioning: func(v *visit) bool { return v.unlock.forceProvisioning },
		systemLocale:      "en-US",
	}
}

// without takes a stage out of the order.
func (p *policy) without(name stageName) {
	p.order = slices.DeleteFunc(p.order, func(s stageName) bool { return s == name })
}

// move puts a stage directly before another.
func (p *policy) move(name, before stageName) {
	p.without(name)
	p.order = slices.Insert(p.order, slices.Index(p.order, before), name)
}

// isJSON says whether a Content-Type is application/json, in any case and with any legal
// parameters (RFC 9110 section 8.3.1).
func isJSON(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && strings.EqualFold(mediaType, "application/json")
}
