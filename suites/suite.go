// Package suites is the published page as Ginkgo specs: one file a status path. The specs are
// built by a function that is handed the run, so that the command, `go test` and other
// programs share them.
package suites

import (
	"context"
	"slices"

	. "github.com/onsi/ginkgo/v2"

	"conformance/fixtures"
	"conformance/internal/contract"
	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/target"
)

// Options are what a suite needs of a run.
type Options struct {
	Driver       *target.Driver
	Reader       *contract.Reader
	Fixtures     *fixtures.Set
	Requirements *Requirements
	// Strict makes a broken SHOULD a failure.
	Strict bool
	// Record is given every exchange, in the order of their numbers; nil when nobody records.
	Record func(path string, e exchange.Exchange) error
	// Observe is shown every exchange and its number; nil when nobody watches.
	Observe func(number int, path string, e exchange.Exchange)
	// Failed is told of each failure as soon as it is found; nil when nobody listens.
	Failed func(path, requirement string)
	// PathDone is told of each status path when its specs are done; nil when nobody listens.
	PathDone func(path fixtures.Path, results []outcome.Result)
	// Context ends when the run is to end before its last case.
	Context context.Context
}

// Suite is the specs of one run, and what they found.
type Suite struct {
	options   Options
	judge     *contract.Judge
	answers   map[string]*contract.Answer
	results   []outcome.Result
	exchanges []exchange.Exchange
	notes     []string
	recording error
	ahead     *ahead
	// pathByPath says that no path's cases are sent before its turn.
	pathByPath bool
}

// New makes a suite.
func New(options Options) *Suite {
	if options.Context == nil {
		options.Context = context.Background()
	}
	return &Suite{options: options, judge: contract.NewJudge(), answers: map[string]*contract.Answer{}}
}

// Describe adds the specs to Ginkgo's tree. One ordered container holds them all: Ginkgo shuffles
// those at the top, and sorts others by their names.
func (s *Suite) Describe() {
	Describe("Unlock Account", Ordered, ContinueOnFailure, func() {
		specs := map[string]func(){
			"202": s.accepted, "400": s.badRequest, "401": s.unauthorized, "403": s.forbidden,
			"404": s.notFound, "429": s.tooManyRequests, "500": s.internalServerError,
		}
		for _, status := range order {
			specs[status]()
		}
	})
}

// Results are the outcomes so far, one for each requirement in each case.
func (s *Suite) Results() []outcome.Result { return s.results }

// Exchanges are what was sent so far; the first has the number 1.
func (s *Suite) Exchanges() []exchange.Exchange { return s.exchanges }

// Notes are sentences worth reading that change nothing.
func (s *Suite) Notes() []string { return s.notes }

// RecordingError is the first error of Options.Record; nil when all was recorded.
func (s *Suite) RecordingError() error { return s.recording }

// path begins a status path.
func (s *Suite) path(status string) *path {
	fixture, _ := s.options.Fixtures.Path(status)
	return &path{suite: s, fixture: fixture, findings: map[string][]judgement{}}
}

// describePath adds the specs of one status path: first its own, then those that hold on
// every answer.
func (s *Suite) describePath(status string, drive func(*path), specs func(*path)) {
	p := s.path(status)
	fixture := p.fixture
	Describe(status+" "+fixture.About, Label(status), func() {
		BeforeAll(func() { drive(p) })
		specs(p)
		for _, id := range everyAnswer(s.options.Requirements, fixture) {
			requirement, _ := s.options.Requirements.Find(id)
			It("answers so that "+requirement.Checks, p.meets(id))
		}
		AfterAll(func() {
			if s.options.PathDone != nil {
				s.options.PathDone(fixture, p.results)
			}
		})
	})
}

// order is the order of the status paths in a run: the accepted cases come first, being the
// controls of the others, and the burst last, for it leaves a limit behind.
var order = []string{"202", "400", "401", "403", "404", "500", "429"}

// Order is the status paths in the order of a run.
func Order(set *fixtures.Set) []fixtures.Path {
	var paths []fixtures.Path
	for _, status := range order {
		path, _ := set.Path(status)
		paths = append(paths, path)
	}
	return paths
}

// Spec is one requirement on one status path, as the filter sees it.
type Spec struct {
	Path        string
	Requirement outcome.Requirement
}

// Labels are what a filter is matched against: the path, the requirement's id and its level.
func (s Spec) Labels() []string {
	return []string{s.Path, s.Requirement.ID, string(s.Requirement.Level)}
}

// Specs lists every spec that Describe adds, in the same order.
func Specs(set *fixtures.Set, requirements *Requirements) []Spec {
	var specs []Spec
	for _, status := range order {
		fixture, _ := set.Path(status)
		for _, id := range append(decided(fixture), everyAnswer(requirements, fixture)...) {
			requirement, _ := requirements.Find(id)
			specs = append(specs, Spec{Path: status, Requirement: requirement})
		}
	}
	return specs
}

// Decides says whether a requirement is judged by the status that its cases get, and not by
// what an answer looks like: only such a requirement shows that a status path was exercised.
func Decides(set *fixtures.Set) func(requirement string) bool {
	deciding := map[string]bool{}
	for _, path := range set.Paths {
		for _, id := range decided(path) {
			deciding[id] = true
		}
	}
	return func(requirement string) bool { return deciding[requirement] }
}

// decided lists the requirements that a path's own cases prove.
func decided(path fixtures.Path) []string {
	var ids []string
	for _, c := range path.Cases {
		if !slices.Contains(ids, c.Proves) {
			ids = append(ids, c.Proves)
		}
	}
	if path.Status == "429" {
		ids = append(ids, retryAfterClose)
	}
	return ids
}

// everyAnswer lists the requirements that a path's answers are held to by looking at them:
// those of every answer, those of the statuses that the path expects, and those of a 429,
// which may come at any time.
func everyAnswer(requirements *Requirements, path fixtures.Path) []string {
	expected := []string{"any", path.Status, "429"}
	for _, c := range path.Cases {
		for _, status := range c.Expect {
			expected = append(expected, statusName(status))
		}
	}
	var ids []string
	for _, rule := range contract.Rules {
		if requirement, _ := requirements.Find(rule.Requirement); slices.Contains(expected, requirement.Status) {
			ids = append(ids, rule.Requirement)
		}
	}
	return ids
}
