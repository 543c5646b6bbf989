package runner

import (
	"net/url"
	"time"

	"conformance/fixtures"
	"conformance/internal/clock"
	"conformance/internal/config"
	"conformance/internal/outcome"
	"conformance/internal/redact"
	"conformance/internal/session"
	"conformance/internal/target"
)

// recorded makes a subject of a session folder. The session's manifest says what the recorded
// run was made of; of a config only its waivers count. Its clock never really waits.
func recorded(options Options) (*subject, error) {
	recording, err := session.Open(options.Replay)
	if err != nil {
		return nil, wrong("%w", err)
	}
	m := recording.Manifest
	base, err := url.Parse(m.Target)
	if err != nil || base.Host == "" {
		return nil, wrong("%s: the manifest's target %q is no URL; record the session again", options.Replay, m.Target)
	}
	s := &subject{
		mode: outcome.Replay, name: m.Target, url: base,
		transport: session.NewPlayer(recording, m.Target, session.PlayerOptions{}),
		clock:     clock.NewVirtual(m.Recorded), timeout: defaultTimeout,
		headers: m.Headers, secrets: &redact.Secrets{},
		credentials: target.Labels(m.Credentials),
		plan:        defaultPlan(), retries: m.Retries, waive: m.Waive,
		close: func() {},
	}
	s.plan.Unlockable = m.Accounts[fixtures.Unlockable]
	if missing := m.Accounts[fixtures.Missing]; missing != "" {
		s.plan.Missing = missing
	}
	if limit := m.RateLimit; limit != nil {
		s.plan.BurstRequests, s.plan.BurstConcurrency = limit.Requests, limit.Concurrency
		s.plan.MaxWait, s.plan.BurstHeaders = limit.MaxWait, limit.Headers
	}
	if fault := m.InternalFault; fault != nil {
		s.plan.FaultAccount, s.plan.FaultHeaders = fault.Account, fault.Headers
	}
	if options.ConfigFile != "" {
		c, err := config.Load(options.ConfigFile, options.Environ)
		if err != nil {
			return nil, wrong("%w", err)
		}
		s.waive = c.Waive
	}
	return s, nil
}

// referenceEpoch is the time in which the embedded reference lives, so that two runs of it are
// the same to the byte.
var referenceEpoch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
