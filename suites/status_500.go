package suites

import . "github.com/onsi/ginkgo/v2"

// internalServerError: "Returned if there is an unexpected error."
func (s *Suite) internalServerError() {
	s.describePath("500", (*path).drive, func(p *path) {
		It("answers an internal fault with 500", p.meets("500-provoked"))
	})
}
