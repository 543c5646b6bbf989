package suites

// Run runs all specs without Ginkgo, with the same results; a path's own are in the order of its
// cases. Ginkgo allows one run a process; this may be called for several suites at a time.
func (s *Suite) Run() {
	for _, status := range order {
		p := s.path(status)
		p.send()
		for _, id := range p.requirements() {
			requirement, _ := s.options.Requirements.Find(id)
			p.conclude(requirement)
		}
		if s.options.PathDone != nil {
			s.options.PathDone(p.fixture, p.results)
		}
	}
}

// send sends the path's cases, each as its path has it.
func (p *path) send() {
	if driven(p.fixture) {
		p.drive()
	} else {
		p.provoke()
	}
}

// requirements are those that the path is held to, its own first.
func (p *path) requirements() []string {
	return append(decided(p.fixture), everyAnswer(p.suite.options.Requirements, p.fixture)...)
}
