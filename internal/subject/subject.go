// Package subject finds out what is tested: a live target as a config describes it, the embedded
// reference implementation, or a recording.
package subject

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"conformance/fixtures"
	"conformance/internal/clock"
	"conformance/internal/contract"
	"conformance/internal/outcome"
	"conformance/internal/redact"
	"conformance/internal/session"
	"conformance/internal/target"
)

// Subject is what a run tests, and everything that differs between a live target, the embedded
// reference and a recording.
type Subject struct {
	Mode outcome.Mode
	// Name is the target's URL in reports.
	Name string
	URL  *url.URL
	// Transport carries the requests.
	Transport http.RoundTripper
	Clock     clock.Clock
	// Timeout bounds one exchange.
	Timeout time.Duration
	// Headers go with every request; the values of those in SecretHeaders, by their canonical
	// names, are secrets.
	Headers       map[string]string
	SecretHeaders map[string]bool
	Secrets       *redact.Secrets
	Credentials   target.Credentials
	Plan          target.Plan
	// Pace is how fast requests are sent; nil for no limit.
	Pace *target.Pace
	// Retries is how often a request is sent again that failed on its way.
	Retries int
	// Waive holds the waived status paths, each with its reason.
	Waive map[string]string
	// Warnings say what is wrong with a recording that can be used all the same.
	Warnings []string
	// Unused are the interactions of a recording that answered nothing so far; nil for a subject
	// that is none.
	Unused func() []session.Item
	// Close gives back what the subject holds.
	Close func()

	// remote says that the subject can be out of reach.
	remote bool
}

// Options say what to test.
type Options struct {
	ConfigFile string
	// Target overrides the config's target.url.
	Target string
	// Replay is a session folder.
	Replay string
	// MaxAge is how old a recording may be; 0 for any age.
	MaxAge time.Duration
	// Now is the time of day; needed with MaxAge alone.
	Now func() time.Time
	// Fault is a fault or legal variant of the embedded reference.
	Fault string
	// Concurrency is how many requests are under way at a time.
	Concurrency int
	Retries     int
	// InsecureHTTP allows plain http to other machines than this one.
	InsecureHTTP bool
	// Environ looks up an environment variable.
	Environ func(name string) (string, bool)
}

const (
	defaultTimeout = 10 * time.Second
	// defaultMissing is an account id that no system hands out.
	defaultMissing = "00000000000000000000000000000000"
)

// defaultPlan is a plan without consent and without provocations.
func defaultPlan() target.Plan {
	return target.Plan{
		Missing:       defaultMissing,
		BurstRequests: 120, BurstConcurrency: 8,
		MaxWait: 15 * time.Second,
	}
}

// Resolve finds out what to test: a recording, a target, or, when neither is named, the
// embedded reference. Its errors are of type *outcome.Error. The result must be closed.
func Resolve(ctx context.Context, options Options) (*Subject, error) {
	switch {
	case options.Replay != "" && options.Target != "":
		return nil, outcome.Wrong("--replay and --target exclude each other: a run either asks a target or a recording")
	case options.Fault != "" && (options.Replay != "" || options.Target != "" || options.ConfigFile != ""):
		return nil, outcome.Wrong("a fault is one of the embedded reference: leave out --target, --config and --replay")
	case options.Replay != "":
		return recorded(options)
	case options.Target != "" || options.ConfigFile != "":
		return live(options)
	default:
		return embedded(ctx, options)
	}
}

// Sender makes a sender of requests to the subject.
func (s *Subject) Sender() *target.Sender {
	return target.NewSender(target.SenderOptions{
		Operation: contract.Unlock, URL: s.URL, Headers: s.Headers, SecretHeaders: s.SecretHeaders,
		Timeout: s.Timeout, Transport: s.Transport, Clock: s.Clock, Secrets: s.Secrets,
		Agent: "conformance",
	})
}

// Manifest describes the subject for a recording, so that a replay can make the same run of it.
func (s *Subject) Manifest(version string, now time.Time, set *fixtures.Set) session.Manifest {
	m := session.Manifest{
		Tool: "conformance " + version, Recorded: now.UTC().Truncate(time.Second),
		Target:   s.Name,
		Accounts: map[string]string{fixtures.Missing: s.Plan.Missing},
		RateLimit: &session.RateLimit{
			Requests: s.Plan.BurstRequests, Concurrency: s.Plan.BurstConcurrency, MaxWait: s.Plan.MaxWait,
			Headers: s.labelled(s.Plan.BurstHeaders),
		},
		Headers: s.labelled(s.Headers),
		Retries: s.Retries,
		Waive:   s.Waive,
	}
	if s.Plan.Consented() {
		m.Accounts[fixtures.Unlockable] = s.Plan.Unlockable
	}
	if s.Plan.ProvokesFault() {
		m.InternalFault = &session.InternalFault{
			Account: s.Plan.FaultAccount, Headers: s.labelled(s.Plan.FaultHeaders), Body: s.Plan.FaultBody,
		}
	}
	for _, credential := range set.Credentials {
		if s.Credentials.Has(credential.Name) {
			m.Credentials = append(m.Credentials, credential.Name)
		}
	}
	return m
}

// labelled is a copy of configured headers with labels for the secret ones.
func (s *Subject) labelled(headers map[string]string) map[string]string {
	copied := make(map[string]string, len(headers))
	for name, value := range headers {
		if canonical := http.CanonicalHeaderKey(name); s.SecretHeaders[canonical] {
			value = redact.Label(canonical)
		}
		copied[name] = value
	}
	return copied
}
