package suites

import . "github.com/onsi/ginkgo/v2"

// forbidden: "Returned if the user you are running as, doesn't have access to this end-point."
func (s *Suite) forbidden() {
	s.describePath("403", (*path).drive, func(p *path) {
		It("refuses a token with none of the four authorities", p.meets("403-no-authority"))
		It("refuses forceProvisioning to a token without the provisioning scope", p.meets("403-provisioning-scope"))
	})
}
