package reference

import (
	"net/http"
	"slices"
	"strings"
)

// narrowFaults show only under one more condition than the usual case of their requirement has:
// with another body, for another authority, in another spelling.
var narrowFaults = []Fault{
	{Name: "chunked-refused", Requirement: "202-chunked",
		About:    "A body in chunks is refused.",
		redecide: instead(http.StatusLengthRequired, decided(202), inChunks)},
	{Name: "chunked-dropped", Requirement: "202-chunked",
		About:    "A body in chunks is taken for none.",
		redecide: instead(http.StatusBadRequest, decided(202), inChunks)},
	{Name: "deep-body-fault", Requirement: "400-unusual-body",
		About:    "A deeply nested body runs into an internal fault.",
		redecide: instead(http.StatusInternalServerError, bodyHas("[[[["))},
	{Name: "large-body-fault", Requirement: "400-unusual-body",
		About:    "A body of more than 16 KiB runs into an internal fault.",
		redecide: instead(http.StatusInternalServerError, func(v *visit, _ decision) bool { return len(v.body) > 16<<10 })},
	{Name: "helpdesk-refused-verification", Requirement: "202-helpdesk",
		About:    "HELPDESK is refused when externalVerificationId is given.",
		redecide: instead(http.StatusForbidden, decided(202), of("helpdesk"), gives("externalVerificationId"))},
	{Name: "subadmin-refused-any-option", Requirement: "202-source-subadmin",
		About:    "SOURCE_SUBADMIN is refused when an option is given, even as false.",
		redecide: instead(http.StatusForbidden, decided(202), of("sourceSubadmin"), gives("forceProvisioning"))},
	{Name: "source-admin-refused-unlock-idn", Requirement: "202-source-admin",
		About:    "SOURCE_ADMIN is refused when unlockIDNAccount is given.",
		redecide: instead(http.StatusForbidden, decided(202), of("sourceAdmin"), gives("unlockIDNAccount"))},
	{Name: "capital-scheme-refused", Requirement: "202-scheme-case",
		About:    "The scheme BEARER in capitals is refused.",
		redecide: instead(http.StatusUnauthorized, decided(202), presents("BEARER "))},
	{Name: "unprivileged-verified-accepted", Requirement: "403-no-authority",
		About:    "Who gives an externalVerificationId needs no authority.",
		redecide: instead(http.StatusAccepted, decided(403), of("unprivileged"), bodyHas("externalVerificationId"))},
	{Name: "unprivileged-declining-accepted", Requirement: "403-no-authority",
		About:    "Who gives forceProvisioning as false needs no authority.",
		redecide: instead(http.StatusAccepted, decided(403), of("unprivileged"), bodyIs(`{"forceProvisioning":false}`))},
	{Name: "unprivileged-chunked-accepted", Requirement: "403-no-authority",
		About:    "Who sends a body in chunks needs no authority.",
		redecide: instead(http.StatusAccepted, decided(403), of("unprivileged"), inChunks)},
	{Name: "scope-by-spelling", Requirement: "403-provisioning-scope",
		About:    "The provisioning scope is needed only where the body spells the option without white space.",
		redecide: instead(http.StatusAccepted, decided(403), of("noProvisioning"), not(bodyHas(`"forceProvisioning":true`)), not(hasEscape))},
	{Name: "scope-by-plain-name", Requirement: "403-provisioning-scope",
		About:    "The provisioning scope is not needed where an escape is in the option's name.",
		redecide: instead(http.StatusAccepted, decided(403), of("noProvisioning"), hasEscape)},
	{Name: "scope-of-the-last-option", Requirement: "403-provisioning-scope",
		About:    "The provisioning scope is needed only where the option comes last.",
		redecide: instead(http.StatusAccepted, decided(403), of("noProvisioning"), bodyHas(`"forceProvisioning":true,`))},
	{Name: "scope-ignored-in-french", Requirement: "403-provisioning-scope",
		About:    "The provisioning scope is not needed by those who ask for French.",
		redecide: instead(http.StatusAccepted, decided(403), of("noProvisioning"), asking("fr"))},
	{Name: "garbage-token-reaches-body", Requirement: "401-before-body",
		About:    "The body is parsed before a token that is no JWT is refused.",
		redecide: instead(http.StatusBadRequest, decided(401), noJWT, bodyIs(`{"unlockIDNAccount":tr`))},
	{Name: "garbage-token-reaches-account", Requirement: "401-before-account",
		About: "An unknown account is told to those whose token is no JWT.",
		redecide: instead(http.StatusNotFound, decided(401), noJWT,
			func(v *visit, _ decision) bool { return v.account == MissingAccount })},
	{Name: "bare-token-accepted", Requirement: "401-wrong-scheme",
		About:    "A token without a scheme is accepted.",
		redecide: instead(http.StatusAccepted, decided(401), presents("eyJ"))},
	{Name: "unknown-scheme-accepted", Requirement: "401-wrong-scheme",
		About:    "A token under the scheme Token is accepted.",
		redecide: instead(http.StatusAccepted, decided(401), presents("Token "))},
	{Name: "empty-header-accepted", Requirement: "401-empty-token",
		About: "An Authorization header without a value is accepted.",
		redecide: instead(http.StatusAccepted, decided(401), func(v *visit, _ decision) bool {
			return slices.Equal(v.request.Header.Values("Authorization"), []string{""})
		})},
	{Name: "second-token-accepted", Requirement: "401-malformed-token",
		About:    "The last word of the Authorization header is taken for the token.",
		redecide: instead(http.StatusAccepted, decided(401), presents("Bearer not-a-token "))},
	{Name: "quoted-token-accepted", Requirement: "401-malformed-token",
		About:    "A token in quotation marks is accepted.",
		redecide: instead(http.StatusAccepted, decided(401), presents(`Bearer "`))},
	{Name: "account-cut-at-nul", Requirement: "404-hostile-id",
		About:    "An account id ends at its first NUL.",
		redecide: instead(http.StatusAccepted, decided(404), idHas("\x00"))},
	{Name: "account-by-prefix", Requirement: "404-hostile-id",
		About: "The first account whose id begins with the given one is unlocked.",
		redecide: instead(http.StatusAccepted, decided(404), func(v *visit, _ decision) bool {
			return strings.HasPrefix(UnlockableAccount, v.account)
		})},
	{Name: "account-by-beginning", Requirement: "404-hostile-id",
		About: "An account id may have more behind it.",
		redecide: instead(http.StatusAccepted, decided(404), func(v *visit, _ decision) bool {
			return strings.HasPrefix(v.account, UnlockableAccount)
		})},
	{Name: "account-by-end", Requirement: "404-hostile-id",
		About: "The first account whose id ends with the given one is unlocked.",
		redecide: instead(http.StatusAccepted, decided(404), func(v *visit, _ decision) bool {
			return strings.HasSuffix(UnlockableAccount, v.account)
		})},
	{Name: "account-by-last-segment", Requirement: "404-hostile-id",
		About: "Of an account id with an encoded slash the part behind it counts.",
		redecide: instead(http.StatusAccepted, decided(404), func(v *visit, _ decision) bool {
			return strings.HasSuffix(v.account, "/"+UnlockableAccount)
		})},
	{Name: "account-by-first-segment", Requirement: "404-hostile-id",
		About:    "Of an account id with an encoded slash the part before it counts.",
		redecide: instead(http.StatusAccepted, decided(404), beginsBefore("/"))},
	{Name: "account-by-first-line", Requirement: "404-hostile-id",
		About:    "Of an account id the first line alone is looked at.",
		redecide: instead(http.StatusAccepted, decided(404), beginsBefore("\n"))},
	{Name: "account-without-query", Requirement: "404-hostile-id",
		About:    "What comes behind an encoded question mark in the account id is dropped.",
		redecide: instead(http.StatusAccepted, decided(404), beginsBefore("?"))},
	{Name: "account-without-fragment", Requirement: "404-hostile-id",
		About:    "What comes behind an encoded hash in the account id is dropped.",
		redecide: instead(http.StatusAccepted, decided(404), beginsBefore("#"))},
	{Name: "account-without-format", Requirement: "404-hostile-id",
		About:    "An account id may end in .json.",
		redecide: instead(http.StatusAccepted, decided(404), beginsBefore(".json"))},
	{Name: "account-by-like", Requirement: "404-hostile-id",
		About:    "The account is looked up with LIKE, where an underscore is any character.",
		redecide: instead(http.StatusAccepted, decided(404), matchesAt("_"))},
	{Name: "account-by-percent", Requirement: "404-hostile-id",
		About:    "The account is looked up with LIKE, where a percent sign is any text.",
		redecide: instead(http.StatusAccepted, decided(404), matchesAt("%"))},
	{Name: "account-by-glob", Requirement: "404-hostile-id",
		About:    "A star in an account id is any text, as in a search in a directory.",
		redecide: instead(http.StatusAccepted, decided(404), matchesAt("*"))},
	{Name: "account-by-regexp", Requirement: "404-hostile-id",
		About:    "The account id is a regular expression.",
		redecide: instead(http.StatusAccepted, decided(404), matchesAt("."))},
	{Name: "account-trimmed", Requirement: "404-hostile-id",
		About: "White space around an account id is dropped.",
		redecide: instead(http.StatusAccepted, decided(404), func(v *visit, _ decision) bool {
			return strings.TrimSpace(v.account) == UnlockableAccount
		})},
	{Name: "helpdesk-missing-forbidden", Requirement: "404-unknown-account",
		About:    "An unknown account is answered 403 to HELPDESK.",
		redecide: instead(http.StatusForbidden, decided(404), of("helpdesk"))},
	{Name: "verified-missing-accepted", Requirement: "404-unknown-account",
		About:    "An unknown account is accepted when externalVerificationId is given.",
		redecide: instead(http.StatusAccepted, decided(404), gives("externalVerificationId"))},
	{Name: "helpdesk-malformed-accepted", Requirement: "400-malformed-json",
		About:    "A body that is not JSON is accepted from HELPDESK.",
		redecide: instead(http.StatusAccepted, decided(400), of("helpdesk"), because("body-not-json"))},
	{Name: "zero-taken-for-false", Requirement: "400-unlock-idn-account-type",
		About:    "The number 0 is taken for false.",
		redecide: instead(http.StatusAccepted, decided(400), bodyIs(`{"unlockIDNAccount":0}`))},
	{Name: "method-case-ignored", Requirement: "404-method-case",
		About:    "The method post in small letters unlocks.",
		redecide: instead(http.StatusAccepted, func(v *visit, _ decision) bool { return v.request.Method == "post" })},
	{Name: "fault-only-for-admins", Requirement: "500-provoked",
		About:    "The internal fault is answered 404 to HELPDESK.",
		redecide: instead(http.StatusNotFound, decided(500), of("helpdesk"))},
}

// inChunks holds for requests whose body came in chunks.
func inChunks(v *visit, _ decision) bool {
	return slices.Contains(v.request.TransferEncoding, "chunked")
}

// beginsBefore holds where the account id is the unlockable one, followed by a mark and more.
func beginsBefore(mark string) condition {
	return func(v *visit, _ decision) bool {
		before, _, found := strings.Cut(v.account, mark)
		return found && before == UnlockableAccount
	}
}

// matchesAt holds where the account id is the unlockable one up to a wildcard that ends it.
func matchesAt(wildcard string) condition {
	return func(v *visit, _ decision) bool {
		before, found := strings.CutSuffix(v.account, wildcard)
		return found && before != "" && strings.HasPrefix(UnlockableAccount, before)
	}
}

// hasEscape holds for requests whose body has an escape in a name or a text.
func hasEscape(v *visit, _ decision) bool { return strings.Contains(string(v.body), `\u`) }
