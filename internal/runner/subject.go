package runner

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"conformance/fixtures"
	"conformance/internal/clock"
	"conformance/internal/outcome"
	"conformance/internal/redact"
	"conformance/internal/session"
	"conformance/internal/target"
)

// subject is what a run tests, and everything that differs between a live target, the embedded
// reference and a recording.
type subject struct {
	mode outcome.Mode
	// name is the target's URL in reports.
	name string
	url  *url.URL
	// transport carries the requests.
	transport     http.RoundTripper
	clock         clock.Clock
	timeout       time.Duration
	headers       map[string]string
	secretHeaders map[string]bool
	secrets       *redact.Secrets
	credentials   target.Credentials
	plan          target.Plan
	pace          *target.Pace
	retries       int
	waive         map[string]string
	// remote says that the subject can be out of reach, which is found out before the first spec.
	remote bool
	// close gives back what the subject holds.
	close func()
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

// resolve finds out what to test: a recording, a target, or, when neither is named, the
// embedded reference.
func resolve(ctx context.Context, options Options) (*subject, error) {
	switch {
	case options.Record != "" && options.Replay != "":
		return nil, wrong("--record and --replay exclude each other: a run either asks a target or a recording")
	case options.Replay != "" && options.Target != "":
		return nil, wrong("--replay and --target exclude each other: a run either asks a target or a recording")
	case options.Fault != "" && (options.Replay != "" || options.Target != "" || options.ConfigFile != ""):
		return nil, wrong("a fault is one of the embedded reference: leave out --target, --config and --replay")
	case options.Replay != "":
		return recorded(options)
	case options.Target != "" || options.ConfigFile != "":
		return live(options)
	default:
		return embedded(ctx, options)
	}
}

// manifest describes the subject for a recording, so that a replay can make the same run of it.
func (s *subject) manifest(options Options, set *fixtures.Set) session.Manifest {
	m := session.Manifest{
		Tool: "conformance " + options.Version, Recorded: options.Now().UTC().Truncate(time.Second),
		Target:   s.name,
		Accounts: map[string]string{fixtures.Missing: s.plan.Missing},
		RateLimit: &session.RateLimit{
			Requests: s.plan.BurstRequests, Concurrency: s.plan.BurstConcurrency, MaxWait: s.plan.MaxWait,
			Headers: s.labelled(s.plan.BurstHeaders),
		},
		Headers: s.labelled(s.headers),
		Retries: s.retries,
		Waive:   s.waive,
	}
	if s.plan.Consented() {
		m.Accounts[fixtures.Unlockable] = s.plan.Unlockable
	}
	if s.plan.FaultAccount != "" || len(s.plan.FaultHeaders) > 0 {
		m.InternalFault = &session.InternalFault{Account: s.plan.FaultAccount, Headers: s.labelled(s.plan.FaultHeaders)}
	}
	for _, credential := range set.Credentials {
		if s.credentials.Has(credential.Name) {
			m.Credentials = append(m.Credentials, credential.Name)
		}
	}
	return m
}

// labelled is a copy of configured headers with labels for the secret ones.
func (s *subject) labelled(headers map[string]string) map[string]string {
	if len(headers) == 0 {
		return nil
	}
	copied := make(map[string]string, len(headers))
	for name, value := range headers {
		if canonical := http.CanonicalHeaderKey(name); s.secretHeaders[canonical] {
			value = "<" + canonical + ">"
		}
		copied[name] = value
	}
	return copied
}
