package suites

import . "github.com/onsi/ginkgo/v2"

// badRequest: "Client Error - Returned if the request body is invalid."
func (s *Suite) badRequest() {
	s.describePath("400", (*path).drive, func(p *path) {
		It("refuses a request without a body", p.meets("400-body-missing"))
		It("refuses a body of white space", p.meets("400-body-blank"))
		It("refuses a body that is not JSON", p.meets("400-malformed-json"))
		It("refuses more than one JSON value", p.meets("400-trailing-data"))
		It("refuses a JSON value that is not an object", p.meets("400-not-an-object"))
		It("refuses an externalVerificationId that is not a string", p.meets("400-external-verification-id-type"))
		It("refuses an unlockIDNAccount that is not a boolean", p.meets("400-unlock-idn-account-type"))
		It("refuses a forceProvisioning that is not a boolean", p.meets("400-force-provisioning-type"))
		It("refuses a body that is not UTF-8", p.meets("400-invalid-utf8"))
		It("refuses a body of another media type", p.meets("400-media-type"))
		It("survives a large or deeply nested body", p.meets("400-unusual-body"))
		It("takes a null field as absent, or refuses it", p.meets("400-null-field"))
	})
}
