package reference

import (
	"maps"
	"net/http"
)

// fieldFaults accept fields of a wrong type.
var fieldFaults = []Fault{
	{Name: "verification-id-number-accepted", Requirement: "400-external-verification-id-type",
		About:     "externalVerificationId may be a number.",
		configure: takes(externalVerificationID, "0")},
	{Name: "verification-id-boolean-accepted", Requirement: "400-external-verification-id-type",
		About:     "externalVerificationId may be a boolean.",
		configure: takes(externalVerificationID, "tf")},
	{Name: "verification-id-array-accepted", Requirement: "400-external-verification-id-type",
		About:     "externalVerificationId may be an array.",
		configure: takes(externalVerificationID, "[")},
	{Name: "verification-id-object-accepted", Requirement: "400-external-verification-id-type",
		About:     "externalVerificationId may be an object.",
		configure: takes(externalVerificationID, "{")},
	{Name: "unlock-idn-string-accepted", Requirement: "400-unlock-idn-account-type",
		About:     "unlockIDNAccount may be a string.",
		configure: takes(unlockIDNAccount, `"`)},
	{Name: "unlock-idn-number-accepted", Requirement: "400-unlock-idn-account-type",
		About:     "unlockIDNAccount may be a number.",
		configure: takes(unlockIDNAccount, "0")},
	{Name: "unlock-idn-array-accepted", Requirement: "400-unlock-idn-account-type",
		About:     "unlockIDNAccount may be an array.",
		configure: takes(unlockIDNAccount, "[")},
	{Name: "unlock-idn-object-accepted", Requirement: "400-unlock-idn-account-type",
		About:     "unlockIDNAccount may be an object.",
		configure: takes(unlockIDNAccount, "{")},
	{Name: "unlock-idn-checked-alone", Requirement: "400-unlock-idn-account-type",
		About:    "unlockIDNAccount is not checked when externalVerificationId is given.",
		redecide: instead(http.StatusAccepted, because("field-not-boolean"), bodyHas(externalVerificationID), bodyHas(unlockIDNAccount))},
	{Name: "force-string-accepted", Requirement: "400-force-provisioning-type",
		About:     "forceProvisioning may be a string.",
		configure: takes(forceProvisioning, `"`)},
	{Name: "force-number-accepted", Requirement: "400-force-provisioning-type",
		About:     "forceProvisioning may be a number.",
		configure: takes(forceProvisioning, "0")},
	{Name: "force-array-accepted", Requirement: "400-force-provisioning-type",
		About:     "forceProvisioning may be an array.",
		configure: takes(forceProvisioning, "[")},
	{Name: "force-object-accepted", Requirement: "400-force-provisioning-type",
		About:     "forceProvisioning may be an object.",
		configure: takes(forceProvisioning, "{")},
	{Name: "force-truthy", Requirement: "400-force-provisioning-type",
		About: "A forceProvisioning of a wrong type is taken for true, and the scope demanded.",
		redecide: instead(http.StatusForbidden, because("field-not-boolean"),
			bodyHas(forceProvisioning), not(bodyHas(unlockIDNAccount)))},
}

// takes lets a field have other kinds of JSON values as well.
func takes(field, kinds string) func(*policy) {
	return func(p *policy) {
		p.parser.kinds = maps.Clone(p.parser.kinds)
		p.parser.kinds[field] += kinds
	}
}
