package suites

import . "github.com/onsi/ginkgo/v2"

// notFound: "returned if the request URL refers to a resource or object that does not exist".
func (s *Suite) notFound() {
	s.describePath("404", (*path).drive, func(p *path) {
		It("does not find an unknown account", p.meets("404-unknown-account"))
		It("does not find an account whose id is hostile", p.meets("404-hostile-id"))
		It("does nothing for another method than POST", p.meets("404-other-method"))
		It("takes post in small letters for another method", p.meets("404-method-case"))
	})
}
