package suites

import . "github.com/onsi/ginkgo/v2"

// accepted: "Async task details".
func (s *Suite) accepted() {
	s.describePath("202", (*path).drive, func(p *path) {
		It("accepts a token with ORG_ADMIN authority", p.meets("202-org-admin"))
		It("accepts a token with SOURCE_ADMIN authority", p.meets("202-source-admin"))
		It("accepts a token with SOURCE_SUBADMIN authority", p.meets("202-source-subadmin"))
		It("accepts a token with HELPDESK authority", p.meets("202-helpdesk"))
		It("accepts a body with externalVerificationId alone", p.meets("202-external-verification-id"))
		It("accepts a body with unlockIDNAccount alone", p.meets("202-unlock-idn-account"))
		It("accepts forceProvisioning from a token with the provisioning scope", p.meets("202-force-provisioning"))
		It("needs no provisioning scope while forceProvisioning is false or absent", p.meets("202-force-provisioning-false"))
		It("accepts the three fields together", p.meets("202-all-fields"))
		It("does not refuse a field that the page does not name", p.meets("202-unknown-field"))
		It("reads JSON in any spelling", p.meets("202-json-spelling"))
		It("accepts the media type with parameters and in capitals", p.meets("202-media-type-parameters"))
		It("reads a body that comes in chunks", p.meets("202-chunked"))
		It("accepts the scheme Bearer in small letters and in capitals", p.meets("202-scheme-case"))
	})
}
