package suites

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"conformance/fixtures"
	"conformance/internal/contract"
	"conformance/internal/outcome"
	"conformance/internal/subject"
	"conformance/internal/target"
	"conformance/schemas"
)

// Option changes what Test does.
type Option func(*testOptions)

type testOptions struct {
	config string
	strict bool
}

// WithConfig takes accounts, credentials, provocations and waivers from a conformance.yaml. What
// is tested instead of its target.url is the subject of Test.
func WithConfig(file string) Option { return func(o *testOptions) { o.config = file } }

// WithStrict makes a broken SHOULD fail the test.
func WithStrict() Option { return func(o *testOptions) { o.strict = true } }

// Test holds an implementation to the page, inside its own `go test`: the subject is its
// http.Handler, which is served on the loopback interface, or a string, the base URL of a
// deployment. Each requirement is a subtest of its status path, such as
// TestUnlock/401/401-expired-token. Last, the subtest "verdict" fails for every status path that
// was neither exercised nor waived, so that a test that checked nothing never passes.
//
// It may be called more than once in a process: Ginkgo is not involved.
func Test(t *testing.T, implementation any, options ...Option) {
	t.Helper()
	var chosen testOptions
	for _, option := range options {
		option(&chosen)
	}
	var url string
	switch implementation := implementation.(type) {
	case string:
		url = implementation
	case http.Handler:
		server := httptest.NewServer(implementation)
		t.Cleanup(server.Close)
		url = server.URL
	default:
		t.Fatalf("suites.Test: the implementation is a %T; expected an http.Handler or the string of a base URL", implementation)
	}
	tested, err := subject.Resolve(t.Context(), subject.Options{
		ConfigFile: chosen.config, Target: url, Concurrency: testConcurrency, Environ: os.LookupEnv,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tested.Close)
	sender := tested.Sender()
	if err := tested.Reachable(t.Context(), sender); err != nil {
		t.Fatalf("no verdict on %s: %v", url, err)
	}
	s, err := forTest(t, tested, sender, chosen)
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range order {
		t.Run(status, func(t *testing.T) { s.testPath(t, status) })
	}
	t.Run("verdict", func(t *testing.T) { s.testVerdict(t, tested) })
}

// testConcurrency is how many cases are sent at a time.
const testConcurrency = 8

// forTest makes the suite of a Test.
func forTest(t *testing.T, tested *subject.Subject, sender *target.Sender, chosen testOptions) (*Suite, error) {
	set, err := fixtures.Load()
	if err != nil {
		return nil, err
	}
	requirements, err := LoadRequirements()
	if err != nil {
		return nil, err
	}
	s := New(Options{
		Driver: target.NewDriver(target.DriverOptions{
			Sender: sender, Credentials: tested.Credentials, Fixtures: set, Plan: tested.Plan,
			Clock: tested.Clock, Concurrency: testConcurrency, Pace: tested.Pace,
		}),
		Reader:   contract.NewReader(contract.Unlock, schemas.MustLoad()),
		Fixtures: set, Requirements: requirements, Strict: chosen.strict, Context: t.Context(),
	})
	// `go test -run` selects subtests in a way that cannot be asked for.
	s.pathByPath = true
	return s, nil
}

// testPath runs the requirements of one status path as subtests.
func (s *Suite) testPath(t *testing.T, status string) {
	p := s.path(status)
	p.send()
	for _, id := range p.requirements() {
		t.Run(id, func(t *testing.T) {
			requirement, _ := s.options.Requirements.Find(id)
			results := p.conclude(requirement)
			if why, none := unjudged(results); none {
				t.Skip(why)
			}
			meet := Meet(requirement, s.exchanges)
			if met, err := meet.Match(results); err != nil {
				t.Error(err)
			} else if !met {
				t.Error(meet.FailureMessage(results))
			}
		})
	}
}

// testVerdict fails for what leaves a run without a verdict. What failed has said so itself.
func (s *Suite) testVerdict(t *testing.T, tested *subject.Subject) {
	run := outcome.Run{Results: s.results, Strict: s.options.Strict, Ended: string(target.WhyEnded(s.options.Context))}
	run.Conclude(tested.Waive, Decides(s.options.Fixtures), nil)
	for _, note := range append(s.notes, run.Notes...) {
		t.Log(note)
	}
	for _, reason := range run.Reasons {
		t.Error(reason)
	}
}
