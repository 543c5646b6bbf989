package reference

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"conformance/internal/clock"
)

// authenticationFaults are wrong about who may pass for whom, or in the answer to it.
var authenticationFaults = []Fault{
	{Name: "anonymous-accepted", Requirement: "401-no-authorization",
		About:    "A request without an Authorization header is accepted.",
		redecide: instead(http.StatusAccepted, decided(401), presents(""))},
	{Name: "anonymous-forbidden", Requirement: "401-no-authorization",
		About:    "A request without an Authorization header is answered 403.",
		redecide: instead(http.StatusForbidden, decided(401), presents(""))},
	{Name: "anonymous-accepted-in-french", Requirement: "401-no-authorization",
		About:    "A request without an Authorization header is accepted if it asks for French.",
		redecide: instead(http.StatusAccepted, decided(401), presents(""), asking("fr"))},
	{Name: "expired-token-accepted", Requirement: "401-expired-token",
		About:     "The expiry of a token is not looked at.",
		configure: verifies(func(t *jwtTokens) { t.options = append(t.options, jwt.WithLeeway(1000*time.Hour)) })},
	{Name: "expired-token-forbidden", Requirement: "401-expired-token",
		About:    "A token that has expired is answered 403.",
		redecide: instead(http.StatusForbidden, refusedAs("expired"))},
	{Name: "tampered-token-accepted", Requirement: "401-tampered-token",
		About:     "The signature of a token is not checked.",
		configure: verifies(func(t *jwtTokens) { t.signatureIgnored = true })},
	{Name: "unsigned-token-accepted", Requirement: "401-unsigned-token",
		About: "The algorithm none is accepted.",
		configure: verifies(func(t *jwtTokens) {
			t.options = append(t.options, jwt.WithValidMethods([]string{"HS256", "none"}))
			t.keyFor = func(token *jwt.Token) (any, error) {
				if token.Method.Alg() == "none" {
					return jwt.UnsafeAllowNoneSignatureType, nil
				}
				return t.key, nil
			}
		})},
	{Name: "any-scheme-accepted", Requirement: "401-wrong-scheme",
		About:    "A request with the scheme Basic is accepted.",
		redecide: instead(http.StatusAccepted, decided(401), presents("Basic "))},
	{Name: "empty-token-accepted", Requirement: "401-empty-token",
		About:    "A Bearer header without a token is accepted.",
		redecide: instead(http.StatusAccepted, decided(401), noToken)},
	{Name: "empty-token-fault", Requirement: "401-empty-token",
		About:    "A Bearer header without a token runs into an internal fault.",
		redecide: instead(http.StatusInternalServerError, decided(401), noToken)},
	{Name: "malformed-token-accepted", Requirement: "401-malformed-token",
		About:    "Anything that is no JWT is taken for an API key and accepted.",
		redecide: instead(http.StatusAccepted, refusedAs("invalid"), noJWT)},
	{Name: "malformed-token-fault", Requirement: "401-malformed-token",
		About:    "A token that is no JWT runs into an internal fault.",
		redecide: instead(http.StatusInternalServerError, refusedAs("invalid"), noJWT)},
	{Name: "account-before-authentication", Requirement: "401-before-account",
		About:     "The account is looked up before the token is verified.",
		configure: func(p *policy) { p.move(find, authenticate) }},
	{Name: "account-before-expiry", Requirement: "401-before-account",
		About: "An unknown account is told to those whose token has expired.",
		redecide: instead(http.StatusNotFound, refusedAs("expired"),
			func(v *visit, _ decision) bool { return v.account != UnlockableAccount })},
	{Name: "body-before-authentication", Requirement: "401-before-body",
		About:     "The body is parsed before the token is verified.",
		configure: func(p *policy) { p.move(parse, authenticate) }},
	{Name: "error-names-account", Requirement: "401-same-answer",
		About: "The text of a 401 names the account.",
		document: on(401, put("error", func(v *visit) any {
			return "JWT validation failed for account " + v.account
		}))},
	{Name: "error-reveals-account", Requirement: "401-same-answer",
		About: "The text of a 401 is another one when the account does not exist.",
		document: on(401, func(v *visit, a *answer) {
			if v.account != UnlockableAccount {
				set("error", `"JWT validation failed: no such account"`)(v, a)
			}
		})},
	{Name: "error-depends-on-body", Requirement: "401-same-answer",
		About: "The text of a 401 tells the length of the body.",
		document: on(401, put("error", func(v *visit) any {
			return fmt.Sprintf("JWT validation failed, %d bytes dropped", len(v.body))
		}))},
	{Name: "error-missing", Requirement: "401-error",
		About:    "A 401 has no error.",
		document: on(401, drop("error"))},
	{Name: "error-renamed", Requirement: "401-error",
		About:    "A 401 calls its error errorMessage.",
		document: on(401, rename("error", "errorMessage"))},
	{Name: "error-blank", Requirement: "401-error",
		About:    "The error of a 401 is blank.",
		document: on(401, set("error", `" "`))},
	{Name: "error-number", Requirement: "401-error",
		About:    "The error of a 401 is a number.",
		document: on(401, set("error", `401`))},
	{Name: "error-missing-when-expired", Requirement: "401-error",
		About: "A 401 has no error when the token has expired.",
		document: on(401, func(v *visit, a *answer) {
			if strings.Contains(a.header.Get("WWW-Authenticate"), "invalid_token") {
				drop("error")(v, a)
			}
		})},
	{Name: "challenge-missing", Requirement: "401-www-authenticate",
		About:    "A 401 has no WWW-Authenticate header.",
		document: on(401, header("WWW-Authenticate"))},
	{Name: "challenge-missing-when-anonymous", Requirement: "401-www-authenticate",
		About: "A 401 to a request without an Authorization header has no WWW-Authenticate header.",
		document: on(401, func(v *visit, a *answer) {
			if v.header("Authorization") == "" {
				header("WWW-Authenticate")(v, a)
			}
		})},
}

// verifies changes how JSON Web Tokens are verified.
func verifies(change func(*jwtTokens)) func(*policy) {
	return func(p *policy) {
		p.newTokens = func(key []byte, clock clock.Clock) tokens {
			t := pageJWT(key, clock)
			t.options = slices.Clone(t.options)
			change(t)
			return t
		}
	}
}

// presents holds for requests whose Authorization header begins with a text; the empty
// text stands for none at all.
func presents(prefix string) condition {
	return func(v *visit, _ decision) bool {
		value := v.header("Authorization")
		return strings.HasPrefix(value, prefix) && (prefix != "" || value == "")
	}
}

// refusedAs holds for a 401 whose text says that the token is expired or invalid.
func refusedAs(how string) condition {
	return func(_ *visit, d decision) bool { return strings.HasSuffix(d.problem, "JWT is "+how) }
}

// noToken holds for the scheme Bearer with nothing behind it.
func noToken(v *visit, _ decision) bool {
	return strings.EqualFold(strings.TrimSpace(v.header("Authorization")), "Bearer")
}

// noJWT holds for credentials that do not have the three parts of a JWT.
func noJWT(v *visit, _ decision) bool { return strings.Count(v.header("Authorization"), ".") != 2 }
