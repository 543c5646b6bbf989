package suites

import . "github.com/onsi/ginkgo/v2"

// unauthorized: "Returned if there is no authorization header, or if the JWT token is expired."
func (s *Suite) unauthorized() {
	s.describePath("401", (*path).drive, func(p *path) {
		It("refuses a request without an Authorization header", p.meets("401-no-authorization"))
		It("refuses an expired token", p.meets("401-expired-token"))
		It("refuses a token that was tampered with", p.meets("401-tampered-token"))
		It("refuses an unsigned token", p.meets("401-unsigned-token"))
		It("refuses another scheme than Bearer", p.meets("401-wrong-scheme"))
		It("refuses an empty token", p.meets("401-empty-token"))
		It("refuses a token that is none", p.meets("401-malformed-token"))
		It("refuses before it looks for the account", p.meets("401-before-account"))
		It("refuses before it reads the body", p.meets("401-before-body"))
	})
}
