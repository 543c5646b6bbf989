package reference

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
)

// acceptFaults refuse what the page accepts.
var acceptFaults = []Fault{
	{Name: "org-admin-refused", Requirement: "202-org-admin",
		About:     "ORG_ADMIN alone is not enough.",
		configure: forgets("ORG_ADMIN")},
	{Name: "source-admin-refused", Requirement: "202-source-admin",
		About:     "SOURCE_ADMIN alone is not enough.",
		configure: forgets("SOURCE_ADMIN")},
	{Name: "source-subadmin-refused", Requirement: "202-source-subadmin",
		About:     "SOURCE_SUBADMIN alone is not enough.",
		configure: forgets("SOURCE_SUBADMIN")},
	{Name: "helpdesk-refused", Requirement: "202-helpdesk",
		About:     "HELPDESK alone is not enough.",
		configure: forgets("HELPDESK")},
	{Name: "org-admin-refused-in-french", Requirement: "202-org-admin",
		About:    "A request that asks for French is refused.",
		redecide: instead(http.StatusForbidden, decided(202), asking("fr"))},
	{Name: "verification-id-unknown", Requirement: "202-external-verification-id",
		About:    "externalVerificationId alone is refused as an empty request.",
		redecide: instead(http.StatusBadRequest, decided(202), givesOnly(externalVerificationID))},
	{Name: "verification-id-ascii", Requirement: "any-no-unexpected-error",
		About: "An externalVerificationId beyond ASCII runs into an internal fault.",
		redecide: instead(http.StatusInternalServerError, decided(202), func(v *visit, _ decision) bool {
			return slices.ContainsFunc(v.body, func(b byte) bool { return b > 0x7f })
		})},
	{Name: "unlock-idn-unknown", Requirement: "202-unlock-idn-account",
		About:    "unlockIDNAccount alone is refused as an empty request.",
		redecide: instead(http.StatusBadRequest, decided(202), givesOnly(unlockIDNAccount))},
	{Name: "unlock-idn-false-refused", Requirement: "202-unlock-idn-account",
		About:    "unlockIDNAccount false is refused.",
		redecide: instead(http.StatusBadRequest, decided(202), bodyIs(`{"unlockIDNAccount":false}`))},
	{Name: "unlock-idn-needs-scope", Requirement: "202-unlock-idn-account",
		About: "The provisioning scope is demanded for unlockIDNAccount true.",
		redecide: instead(http.StatusForbidden, decided(202), bodyIs(`{"unlockIDNAccount":true}`),
			func(v *visit, _ decision) bool { return !v.user.hasScope(provisioningScope) })},
	{Name: "force-refused", Requirement: "202-force-provisioning",
		About:    "forceProvisioning true is refused, whatever the scopes.",
		redecide: instead(http.StatusForbidden, decided(202), bodyHas(`"forceProvisioning":true`))},
	{Name: "force-false-with-scope-refused", Requirement: "202-force-provisioning",
		About:    "A token with the provisioning scope must force.",
		redecide: instead(http.StatusBadRequest, decided(202), of("provisioner"), bodyHas(`"forceProvisioning":false`))},
	{Name: "scope-demanded-for-false", Requirement: "202-force-provisioning-false",
		About: "The provisioning scope is demanded for forceProvisioning false too.",
		configure: func(p *policy) {
			p.needsProvisioning = func(v *visit) bool { return v.unlock.fields[forceProvisioning] != nil }
		}},
	{Name: "scope-demanded-for-absent", Requirement: "202-force-provisioning-false",
		About: "The provisioning scope is demanded when forceProvisioning is absent: its default is true.",
		configure: func(p *policy) {
			p.needsProvisioning = func(v *visit) bool {
				return v.unlock.fields[forceProvisioning] == nil || v.unlock.forceProvisioning
			}
		}},
	{Name: "all-fields-refused", Requirement: "202-all-fields",
		About: "The three fields do not go together.",
		redecide: instead(http.StatusBadRequest, decided(202),
			gives(externalVerificationID), gives(unlockIDNAccount), gives(forceProvisioning))},
	{Name: "mixed-booleans-refused", Requirement: "202-all-fields",
		About:    "unlockIDNAccount true and forceProvisioning false contradict each other.",
		redecide: instead(http.StatusBadRequest, decided(202), bodyIs(`{"unlockIDNAccount":true,"forceProvisioning":false}`))},
	{Name: "unknown-field-refused", Requirement: "202-unknown-field",
		About:     "A field that the page does not name is refused.",
		configure: func(p *policy) { p.parser.closed = true }},
	{Name: "leading-space-refused", Requirement: "202-json-spelling",
		About: "A body must begin with its brace.",
		redecide: instead(http.StatusBadRequest, decided(202),
			func(v *visit, _ decision) bool { return !bytes.HasPrefix(v.body, []byte("{")) })},
	{Name: "member-order-refused", Requirement: "202-json-spelling",
		About: "The fields must come in the order of the documentation.",
		redecide: instead(http.StatusBadRequest, decided(202), func(v *visit, _ decision) bool {
			first, second := bytes.Index(v.body, []byte(externalVerificationID)), bytes.Index(v.body, []byte(forceProvisioning))
			return first >= 0 && second >= 0 && second < first
		})},
	{Name: "escapes-refused", Requirement: "202-json-spelling",
		About:    "Escapes in JSON strings are not understood.",
		redecide: instead(http.StatusBadRequest, decided(202), bodyHas(`\u`))},
	{Name: "charset-parameter-refused", Requirement: "202-media-type-parameters",
		About: "A Content-Type with a charset parameter is refused.",
		configure: func(p *policy) {
			p.acceptsMediaType = func(s string) bool { return isJSON(s) && !strings.Contains(s, ";") }
		}},
	{Name: "capital-media-type-refused", Requirement: "202-media-type-parameters",
		About: "A Content-Type in capitals is refused.",
		configure: func(p *policy) {
			p.acceptsMediaType = func(s string) bool { return isJSON(s) && strings.HasPrefix(s, "application/json") }
		}},
	{Name: "scheme-case-matters", Requirement: "202-scheme-case",
		About: "The scheme bearer in small letters is not known.",
		configure: func(p *policy) {
			p.schemeMatters, p.schemes = true, []string{"Bearer"}
		}},
}

// forgets takes an authority off the list of those that are enough.
func forgets(authority string) func(*policy) {
	return func(p *policy) {
		p.authorities = slices.DeleteFunc(slices.Clone(p.authorities), func(a string) bool { return a == authority })
	}
}

// givesOnly holds for requests whose body was understood and gives one field alone.
func givesOnly(field string) condition {
	return func(v *visit, _ decision) bool { return len(v.unlock.fields) == 1 && v.unlock.fields[field] != nil }
}
