package drift

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"conformance/fixtures"
	"conformance/internal/clock"
	"conformance/internal/contract"
	"conformance/internal/drift/observe"
	"conformance/internal/drift/openapi"
	"conformance/internal/exchange"
	"conformance/internal/redact"
	"conformance/internal/reference"
	"conformance/internal/session"
	"conformance/internal/target"
)

// recorded sends all cases to the reference implementation with a fault, in memory.
func recorded(t testing.TB, fault, seed string) []exchange.Exchange {
	t.Helper()
	virtual := clock.NewVirtual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	implementation, err := reference.New(reference.Options{Clock: virtual, Seed: seed, Fault: fault})
	if err != nil {
		t.Fatal(err)
	}
	set, err := allCases()
	if err != nil {
		t.Fatal(err)
	}
	base := &url.URL{Scheme: "http", Host: "reference.test"}
	driver := target.NewDriver(target.DriverOptions{
		Sender: target.NewSender(target.SenderOptions{
			Operation: contract.Unlock, URL: base, Timeout: time.Minute, Transport: inMemory{implementation},
			Clock: virtual, Secrets: &redact.Secrets{}, Agent: "test",
		}),
		Credentials: target.Tokens(implementation.Credentials()), Fixtures: set, Clock: virtual, Concurrency: 1,
		Plan: target.Plan{
			Unlockable: reference.UnlockableAccount, Missing: reference.MissingAccount, FaultAccount: reference.FaultAccount,
			BurstRequests: 60, BurstConcurrency: 1, MaxWait: 15 * time.Second,
		},
	})
	var all []exchange.Exchange
	for _, path := range set.Paths {
		if path.Status == "429" {
			limit := driver.Provoke(t.Context(), path.Cases[0], path.Cases[1], path.Cases[2])
			for _, trial := range []target.Trial{limit.Single, limit.Burst, limit.After} {
				all = append(all, trial.Exchanges...)
			}
			continue
		}
		driver.Drive(t.Context(), path.Cases, func(trial target.Trial) { all = append(all, trial.Exchanges...) })
	}
	return all
}

// allCases reads the cases once.
var allCases = sync.OnceValues(fixtures.Load)

// recordedManifest is what a session of recorded would say of its accounts.
var recordedManifest = session.Manifest{
	Accounts:      map[string]string{"unlockable": reference.UnlockableAccount, "missing": reference.MissingAccount},
	InternalFault: &session.InternalFault{Account: reference.FaultAccount},
}

// observedSide is a side of traffic that is in memory.
func observedSide(t testing.TB, name string, exchanges []exchange.Exchange) Side {
	t.Helper()
	wanted, err := openapi.ParseOperation(DefaultOperation())
	if err != nil {
		t.Fatal(err)
	}
	side, err := trafficSide(name, wanted, observe.Exchanges(observe.Operation(wanted), recordedManifest, exchanges))
	if err != nil {
		t.Fatal(err)
	}
	return side
}

// inMemory is a transport that calls a handler with what the wire would carry, and hands over what
// the wire would bring back.
type inMemory struct{ handler http.Handler }

func (m inMemory) RoundTrip(sent *http.Request) (response *http.Response, err error) {
	var wire bytes.Buffer
	if err := sent.Write(&wire); err != nil {
		return nil, err
	}
	request, err := http.ReadRequest(bufio.NewReader(&wire))
	if err != nil {
		return nil, err
	}
	answer := &written{header: http.Header{}}
	func() {
		defer func() {
			if recover() != nil {
				err = io.EOF // the connection was closed
			}
		}()
		m.handler.ServeHTTP(answer, request)
	}()
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	for name, values := range answer.header {
		if name = http.CanonicalHeaderKey(name); len(values) > 0 {
			header[name] = values
		}
	}
	var body io.Reader = &answer.body
	if length, err := strconv.Atoi(header.Get("Content-Length")); err == nil && length > answer.body.Len() {
		body = io.MultiReader(body, brokenOff{})
	}
	return &http.Response{
		StatusCode: answer.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(body), Request: sent,
	}, nil
}

// brokenOff is where a connection breaks off.
type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// written is what a handler wrote.
type written struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *written) Header() http.Header { return w.header }

func (w *written) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *written) Write(data []byte) (int, error) {
	if w.status == 0 {
		return 0, errors.New("the status was not written")
	}
	return w.body.Write(data)
}
