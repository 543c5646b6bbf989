package runner

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
func live(options Options) (*subject, error) {
	c := &config.Config{}
	var err error
	if options.ConfigFile != "" {
		if c, err = config.Load(options.ConfigFile, options.Environ); err != nil {
			return nil, wrong("%w", err)
		}
	}
	if options.Target != "" {
		if err := c.Override(options.Target); err != nil {
			return nil, wrong("%w", err)
		}
	}
	if c.Target.URL == "" {
		return nil, wrong("%s: target.url is not set; set it, or name the target with --target URL", options.ConfigFile)
	}
	base, err := url.Parse(c.Target.URL)
	if err != nil {
		return nil, wrong("target.url: %w", err)
	}
	if err := c.CheckEncrypted(options.InsecureHTTP); err != nil {
		return nil, wrong("%w", err)
	}
	tokens, err := c.ResolveCredentials(options.Environ)
	if err != nil {
		return nil, wrong("%w", err)
	}
	authority, err := c.Target.TLS.ClientConfig()
	if err != nil {
		return nil, wrong("%w", err)
	}
	transport := newTransport(authority)
	secrets := &redact.Secrets{}
	credentials, err := grants(c, tokens, options.Environ, transport, secrets)
	if err != nil {
		return nil, wrong("%w", err)
	}
	s := &subject{
		mode: outcome.Live, name: c.Target.URL, url: base,
		transport: transport, clock: clock.System{}, timeout: defaultTimeout,
		headers: c.Target.Headers, secretHeaders: c.SecretHeaders(), secrets: secrets,
		credentials: credentials, plan: planOf(c), retries: options.Retries, waive: c.Waive,
		remote: true,
		close:  transport.CloseIdleConnections,
	}
	if c.Target.Timeout > 0 {
		s.timeout = c.Target.Timeout
	}
	if limit := c.Target.RateLimit; limit != nil {
		s.pace = target.NewPace(limit.Requests, limit.Per)
	}
	for name, token := range tokens {
		s.secrets.Add(token, "<"+name+">")
	}
	for _, headers := range []map[string]string{s.plan.BurstHeaders, s.plan.FaultHeaders} {
		for name, value := range headers {
			if canonical := http.CanonicalHeaderKey(name); s.secretHeaders[canonical] {
				s.secrets.Add(value, "<"+canonical+">")
			}
		}
	}
	return s, nil
}

// planOf takes from the config what the cases need.
func planOf(c *config.Config) target.Plan {
	plan := defaultPlan()
	plan.Unlockable = c.Accounts.Unlockable
	if c.Accounts.Missing != "" {
		plan.Missing = c.Accounts.Missing
	}
	if limit := c.Provoke.RateLimit; limit != nil {
		plan.BurstHeaders = limit.Headers
		if limit.Requests > 0 {
			plan.BurstRequests = limit.Requests
		}
		if limit.Concurrency > 0 {
			plan.BurstConcurrency = limit.Concurrency
		}
		if limit.MaxWait > 0 {
			plan.MaxWait = limit.MaxWait
		}
	}
	if fault := c.Provoke.InternalFault; fault != nil {
		plan.FaultAccount, plan.FaultHeaders = fault.Account, fault.Headers
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

// reachable sends one request that changes nothing: without a credential, for an account that
// does not exist. Whatever is answered, somebody is there.
func (s *subject) reachable(ctx context.Context, sender *target.Sender) error {
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
		case preflight.Attempt > s.retries || !target.Retryable(e.Failure):
			return errors.New(e.Failure.Message)
		}
		pause := time.Duration(preflight.Attempt) * target.RetryPause
		if err := s.clock.Sleep(ctx, pause); err != nil {
			return fmt.Errorf("%w before the target answered", target.WhyEnded(ctx))
		}
		preflight.Attempt++
	}
}

// outOfReach are the failures that show nobody who could be tested. Others come from somebody.
var outOfReach = []exchange.FailureKind{
	exchange.Refused, exchange.UnknownHost, exchange.TLS, exchange.Timeout, exchange.UnknownFailure,
}
