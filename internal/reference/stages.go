package reference

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// decision is what the stages made of a request: a status, and what its answer must tell.
type decision struct {
	status int
	// causes says what is wrong with the request; of a 400 only.
	causes []cause
	// problem is the text of a 401.
	problem string
	// challenge is the WWW-Authenticate header; empty for none.
	challenge string
	// wait is how long the token must wait; of a 429 only.
	wait time.Duration
}

// cause is one thing that is wrong with a request: a key into the texts, and the field
// that it is about, if it is about one.
type cause struct {
	key   string
	field string
}

// stageName names one of the stages that a request goes through.
type stageName string

// The stages, in the order of the page's policy. Authentication comes before anything
// that could tell a stranger which accounts exist or which bodies are right.
const (
	route        stageName = "route"
	method       stageName = "method"
	authenticate stageName = "authenticate"
	throttle     stageName = "throttle"
	authorize    stageName = "authorize"
	mediaType    stageName = "media type"
	parse        stageName = "parse"
	provision    stageName = "provision"
	find         stageName = "find"
)

// stages holds the stages by name. Each returns nil to let the request go on.
var stages = map[stageName]func(*Reference, *visit) *decision{
	route:        (*Reference).route,
	method:       (*Reference).method,
	authenticate: (*Reference).authenticate,
	throttle:     (*Reference).throttle,
	authorize:    (*Reference).authorize,
	mediaType:    (*Reference).mediaType,
	parse:        (*Reference).parse,
	provision:    (*Reference).provision,
	find:         (*Reference).find,
}

// route takes the account id out of the escaped path, so that an encoded slash stays part
// of the id. http.ServeMux would clean such paths up and redirect.
func (r *Reference) route(v *visit) *decision {
	rest, found := strings.CutPrefix(v.path, r.basePath+"/accounts/")
	segment, matched := strings.CutSuffix(rest, "/unlock")
	account, err := url.PathUnescape(segment)
	if !found || !matched || err != nil || segment == "" || strings.Contains(segment, "/") {
		return &decision{status: http.StatusNotFound}
	}
	v.account = account
	return nil
}

// method refuses every method but POST.
func (r *Reference) method(v *visit) *decision {
	if !slices.Contains(r.policy.methods, v.request.Method) {
		return &decision{status: http.StatusMethodNotAllowed}
	}
	return nil
}

// authenticate finds out who asks. Its texts depend on the token alone.
func (r *Reference) authenticate(v *visit) *decision {
	values := v.request.Header.Values("Authorization")
	if len(values) == 0 {
		// RFC 6750 section 3.1: no error code for a request without any authentication.
		return unauthorized("JWT is required", "")
	}
	if len(values) > 1 {
		return unauthorized("more than one Authorization header", "invalid_request")
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	token = strings.TrimSpace(token)
	if !r.policy.schemeMatters {
		scheme = strings.ToLower(scheme)
	}
	if !slices.Contains(r.policy.schemes, scheme) || token == "" {
		return unauthorized("JWT is required", "invalid_request")
	}
	user, err := r.tokens.verify(token)
	switch {
	case errors.Is(err, errExpired):
		return unauthorized("JWT validation failed: JWT is expired", "invalid_token")
	case err != nil:
		return unauthorized("JWT validation failed: JWT is invalid", "invalid_token")
	}
	v.user = user
	return nil
}

// unauthorized is a 401 with its challenge (RFC 6750 section 3).
func unauthorized(problem, code string) *decision {
	challenge := `Bearer realm="accounts"`
	if code != "" {
		challenge += `, error="` + code + `"`
	}
	return &decision{status: http.StatusUnauthorized, problem: problem, challenge: challenge}
}

// throttle refuses a token that sends too fast.
func (r *Reference) throttle(v *visit) *decision {
	if wait := r.gate.pass(v.user.Subject, r.policy.limit(v.user), r.clock.Now); wait > 0 {
		return &decision{status: http.StatusTooManyRequests, wait: wait}
	}
	return nil
}

// authorize wants one of the four authorities, and the scope of all account states.
func (r *Reference) authorize(v *visit) *decision {
	if !v.user.hasScope(baseScope) {
		return insufficientScope(baseScope)
	}
	for _, authority := range v.user.Authorities {
		if slices.Contains(r.policy.authorities, authority) {
			return nil
		}
	}
	return &decision{status: http.StatusForbidden}
}

// mediaType wants a body that is declared as JSON.
func (r *Reference) mediaType(v *visit) *decision {
	if !r.policy.acceptsMediaType(v.header("Content-Type")) {
		return badRequest(cause{key: "media-type"})
	}
	return nil
}

// parse reads the body strictly.
func (r *Reference) parse(v *visit) *decision {
	if v.bodyProblem != nil {
		return badRequest(*v.bodyProblem)
	}
	unlock, causes := r.policy.parser.parse(r.policy.repair(v.body))
	if len(causes) > 0 {
		return badRequest(causes...)
	}
	v.unlock = unlock
	return nil
}

// provision wants the provisioning scope for forced provisioning.
func (r *Reference) provision(v *visit) *decision {
	if r.policy.needsProvisioning(v) && !v.user.hasScope(provisioningScope) {
		return insufficientScope(provisioningScope)
	}
	return nil
}

// find looks the account up. The fault account breaks it.
func (r *Reference) find(v *visit) *decision {
	switch v.account {
	case UnlockableAccount:
		return nil
	case FaultAccount:
		panic(errInternalFault)
	default:
		return &decision{status: http.StatusNotFound}
	}
}

// badRequest is a 400 with its causes.
func badRequest(causes ...cause) *decision {
	return &decision{status: http.StatusBadRequest, causes: causes}
}

// insufficientScope is a 403 for want of a scope (RFC 6750 section 3.1).
func insufficientScope(scope string) *decision {
	return &decision{
		status:    http.StatusForbidden,
		challenge: `Bearer realm="accounts", error="insufficient_scope", scope="` + scope + `"`,
	}
}
