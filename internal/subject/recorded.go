package subject

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

// clockSkew is how far the clocks of two machines may be apart.
const clockSkew = 24 * time.Hour

// recorded makes a subject of a session folder. The session's manifest says what the recorded
// run was made of; of a config only its waivers count. Its clock never really waits.
func recorded(options Options) (*Subject, error) {
	recording, err := session.Open(options.Replay)
	if err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	s, err := replaying(recording, options)
	if err != nil {
		_ = recording.Close() // it was only read
	}
	return s, err
}

func replaying(recording *session.Recording, options Options) (*Subject, error) {
	m := recording.Manifest
	if m.Target == "" {
		return nil, outcome.Wrong("%s: there is no %s that names the target; name the folder of a session that run --record made", options.Replay, session.ManifestName)
	}
	base, err := url.Parse(m.Target)
	if err != nil || base.Host == "" {
		return nil, outcome.Wrong("%s: the manifest's target %q is no URL; record the session again", options.Replay, m.Target)
	}
	if options.MaxAge > 0 && m.Recorded.Sub(options.Now()) > clockSkew {
		return nil, outcome.Wrong("%s was recorded on %s, which is yet to come: set this machine's clock, or record the session again",
			options.Replay, m.Recorded.UTC().Format(time.DateOnly))
	}
	if options.MaxAge > 0 && options.Now().Sub(m.Recorded) > options.MaxAge {
		return nil, outcome.Wrong("%s was recorded on %s, which is longer ago than --max-age %s; record the session again",
			options.Replay, m.Recorded.UTC().Format(time.DateOnly), options.MaxAge)
	}
	player := session.NewPlayer(recording, m.Target, session.PlayerOptions{})
	s := &Subject{
		Mode: outcome.Replay, Name: m.Target, URL: base,
		Transport: player,
		Clock:     clock.NewVirtual(m.Recorded), Timeout: defaultTimeout,
		Headers: m.Headers, Secrets: &redact.Secrets{},
		Credentials: target.Labels(m.Credentials),
		Plan:        defaultPlan(), Retries: m.Retries, Waive: m.Waive,
		Warnings: recording.Warnings(),
		Unused:   player.Unused,
		Close:    func() { _ = recording.Close() }, // it was only read
	}
	s.Plan.Unlockable = m.Accounts[fixtures.Unlockable]
	if missing := m.Accounts[fixtures.Missing]; missing != "" {
		s.Plan.Missing = missing
	}
	if limit := m.RateLimit; limit != nil {
		s.Plan.BurstRequests, s.Plan.BurstConcurrency = limit.Requests, limit.Concurrency
		s.Plan.MaxWait, s.Plan.BurstHeaders = limit.MaxWait, limit.Headers
	}
	if fault := m.InternalFault; fault != nil {
		s.Plan.FaultAccount, s.Plan.FaultHeaders, s.Plan.FaultBody = fault.Account, fault.Headers, fault.Body
	}
	if options.ConfigFile != "" {
		c, err := config.Load(options.ConfigFile, options.Environ)
		if err != nil {
			return nil, outcome.Wrong("%w", err)
		}
		s.Waive = c.Waive
	}
	return s, nil
}

// referenceEpoch is the time in which the embedded reference lives, so that two runs of it are
// the same to the byte.
var referenceEpoch = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
