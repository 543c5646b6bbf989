package subject

import (
	"context"
	"net"
	"net/url"

	"conformance/internal/clock"
	"conformance/internal/outcome"
	"conformance/internal/redact"
	"conformance/internal/reference"
	"conformance/internal/target"
)

// referenceURL names the embedded reference in reports and recordings, in place of the port
// that it happens to get.
const referenceURL = "http://reference.test"

// embedded makes a subject of the reference implementation, served inside this process on the
// loopback interface, on a clock that only moves when somebody waits.
func embedded(ctx context.Context, options Options) (*Subject, error) {
	virtual := clock.NewVirtual(referenceEpoch)
	implementation, err := reference.New(reference.Options{Clock: virtual, Seed: "embedded", Fault: options.Fault})
	if err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, outcome.NoVerdict("serve the reference implementation: %w", err)
	}
	base, err := url.Parse(referenceURL)
	if err != nil {
		return nil, outcome.NoVerdict("serve the reference implementation: %w", err)
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		_ = reference.Serve(serving, listener, implementation) // the run sees what does not answer
	}()
	transport := newTransport(nil)
	transport.Proxy = nil
	// Both ends are in this process: no connection is closed while it is idle.
	transport.DisableKeepAlives = false
	transport.MaxIdleConnsPerHost = options.Concurrency
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		var dialer net.Dialer
		return dialer.DialContext(ctx, network, listener.Addr().String())
	}
	s := &Subject{
		Mode: outcome.Live, Name: referenceURL, URL: base,
		Transport: transport, Clock: virtual, Timeout: defaultTimeout,
		Secrets:     &redact.Secrets{},
		Credentials: target.Tokens(implementation.Credentials()),
		Plan:        defaultPlan(),
		Close: func() {
			transport.CloseIdleConnections()
			stop()
			<-stopped
		},
	}
	s.Plan.Unlockable = reference.UnlockableAccount
	s.Plan.Missing = reference.MissingAccount
	s.Plan.FaultAccount = reference.FaultAccount
	// One at a time: which of several requests meets the limit would be left to chance.
	s.Plan.BurstConcurrency = 1
	s.Plan.BurstRequests = 60
	return s, nil
}
