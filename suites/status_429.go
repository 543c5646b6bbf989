package suites

import (
	. "github.com/onsi/ginkgo/v2"

	"conformance/fixtures"
	"conformance/internal/contract"
)

const retryAfterClose = "429-retry-after-close"

// tooManyRequests: "Returned in response to too many requests in a given period of time".
func (s *Suite) tooManyRequests() {
	s.describePath("429", (*path).provoke, func(p *path) {
		It("answers 429 once a burst goes over the limit", p.meets("429-limited"))
		It("serves again after the wait that Retry-After asks for", p.meets("429-retry-after-true"))
		It("does not ask for a much longer wait than there is", p.meets(retryAfterClose))
	})
}

// provoke sends the burst and what goes before and after it.
func (p *path) provoke() {
	if len(p.fixture.Cases) == 0 {
		return
	}
	options := p.suite.options
	cases := make(map[string]fixtures.Case, len(p.fixture.Cases))
	for _, c := range p.fixture.Cases {
		cases[c.Name] = c
	}
	limit := options.Driver.Provoke(options.Context, cases["before-burst"], cases["burst"], cases["after-wait"])
	single, burst, after := p.read(limit.Single), p.read(limit.Burst), p.read(limit.After)
	if len(single) == 0 || len(burst) == 0 {
		p.skip(cases["burst"].Proves, limit.Burst)
	} else {
		for i, finding := range contract.DecideBurst(cases["burst"], single[len(single)-1], burst) {
			p.found(burst[i], finding)
		}
	}
	if len(after) == 0 {
		p.skip(cases["after-wait"].Proves, limit.After)
		p.skip(retryAfterClose, limit.After)
		return
	}
	for _, finding := range contract.DecideWait(single[len(single)-1], after[0], limit.Whole) {
		p.found(after[0], finding)
	}
}
