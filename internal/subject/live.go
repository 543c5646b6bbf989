package subject

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"conformance/internal/clock"
	"conformance/internal/config"
	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/redact"
	"conformance/internal/target"
)

// live makes a subject of the target that the config or the command line names.
func live(options Options) (*Subject, error) {
	c := &config.Config{}
	var err error
	if options.ConfigFile != "" {
		if c, err = config.Load(options.ConfigFile, options.Environ); err != nil {
			return nil, outcome.Wrong("%w", err)
		}
	}
	if options.Target != "" {
		if err := c.Override(options.Target); err != nil {
			return nil, outcome.Wrong("%w", err)
		}
	}
	if c.Target.URL == "" {
		return nil, outcome.Wrong("%s: target.url is not set; set it, or name the target with --target URL", options.ConfigFile)
	}
	base, err := url.Parse(c.Target.URL)
	if err != nil {
		return nil, outcome.Wrong("target.url: %w", err)
	}
	if err := c.CheckEncrypted(options.InsecureHTTP); err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	tokens, err := c.ResolveCredentials(options.Environ)
	if err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	authority, err := c.ClientTLS()
	if err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	transport := newTransport(authority)
	secrets := &redact.Secrets{}
	credentials, err := grants(c, tokens, options.Environ, transport, secrets)
	if err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	s := &Subject{
		Mode: outcome.Live, Name: c.Target.URL, URL: base,
		Transport: transport, Clock: clock.System{}, Timeout: defaultTimeout,
		Headers: c.Target.Headers, SecretHeaders: c.SecretHeaders(), Secrets: secrets,
		Credentials: credentials, Plan: PlanOf(c), Retries: options.Retries, Waive: c.Waive,
		remote: true,
		Close:  transport.CloseIdleConnections,
	}
	if c.Target.Timeout > 0 {
		s.Timeout = c.Target.Timeout
	}
	if limit := c.Target.RateLimit; limit != nil {
		s.Pace = target.NewPace(limit.Requests, limit.Per)
	}
	for name, token := range tokens {
		s.Secrets.Add(token, redact.Label(name))
	}
	for _, headers := range []map[string]string{s.Plan.BurstHeaders, s.Plan.FaultHeaders} {
		for name, value := range headers {
			if canonical := http.CanonicalHeaderKey(name); s.SecretHeaders[canonical] {
				s.Secrets.Add(value, redact.Label(canonical))
			}
		}
	}
	return s, nil
}

// PlanOf takes from the config what the cases need.
func PlanOf(c *config.Config) target.Plan {
	plan := defaultPlan()
	plan.Unlockable = c.Accounts.Unlockable
	if c.Accounts.Missing != "" {
		plan.Missing = c.Accounts.Missing
	}
	if limit := c.Provoke.RateLimit; limit != nil {
		plan.BurstRequests, plan.BurstConcurrency = limit.Requests, limit.Concurrency
		plan.MaxWait, plan.BurstHeaders = limit.MaxWait, limit.Headers
	}
	if fault := c.Provoke.InternalFault; fault != nil {
		plan.FaultAccount, plan.FaultHeaders, plan.FaultBody = fault.Account, fault.Headers, fault.Body
	}
	return plan
}

// headerLimit bounds, in bytes, the header of an answer.
const headerLimit = 256 << 10

// newTransport makes a transport that reports what the wire carried: it undoes no content
// coding, and RoundTrip follows no redirect and keeps no cookie. Each request has a connection
// of its own: a server may close an idle one at any time (RFC 9112 section 9.5), and nobody
// could tell that from a server that gives no answer.
func newTransport(config *tls.Config) *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		TLSClientConfig:        config,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
		DisableKeepAlives:      true,
		MaxResponseHeaderBytes: headerLimit,
	}
}

// Reachable finds out whether somebody is there: it sends one request that changes nothing,
// without a credential, for an account that does not exist. Its error is one sentence. It is nil
// for a subject that cannot be out of reach.
func (s *Subject) Reachable(ctx context.Context, sender *target.Sender) error {
	if !s.remote {
		return nil
	}
	preflight := target.Stimulus{
		Case: "preflight", Attempt: 1, Method: http.MethodPost, Segment: defaultMissing,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("{}"),
	}
	for {
		e := sender.Send(ctx, preflight)
		if ended := target.WhyEnded(ctx); ended != "" {
			return fmt.Errorf("%w before the target answered", ended)
		}
		switch {
		case e.Failure == nil || e.Response != nil || !slices.Contains(outOfReach, e.Failure.Kind):
			return nil
		case preflight.Attempt > s.Retries || !target.Retryable(e.Failure):
			return errors.New(e.Failure.Message)
		}
		pause := time.Duration(preflight.Attempt) * target.RetryPause
		if err := s.Clock.Sleep(ctx, pause); err != nil {
			return fmt.Errorf("%w before the target answered", target.WhyEnded(ctx))
		}
		preflight.Attempt++
	}
}

// outOfReach are the failures that show nobody who could be tested. Others come from somebody.
var outOfReach = []exchange.FailureKind{
	exchange.Refused, exchange.UnknownHost, exchange.TLS, exchange.Timeout, exchange.UnknownFailure, exchange.Local,
}
