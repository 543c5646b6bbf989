package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"conformance/internal/clock"
	"conformance/internal/redact"
	"conformance/internal/report"
	"conformance/internal/server"
	"conformance/internal/session"
)

// RecordOptions are what Record needs.
type RecordOptions struct {
	// Target is the base URL of the one target.
	Target *url.URL
	// TLS is how the target is talked to; nil trusts the system's authorities.
	TLS *tls.Config
	// Timeout bounds how long the target may take for the header of an answer; 0 does not.
	Timeout time.Duration
	// Folder is where the session is recorded.
	Folder string
	// Tool is the version of this program.
	Tool string
	// Sync says when the recording is brought to the disk.
	Sync session.SyncPolicy
	// Only and BodyLimit are those of Options.
	Only      []Pattern
	BodyLimit int
	// Redact is what is known of the secrets that go by.
	Redact redact.TrafficOptions
	// Output gets the line that says where the proxy listens; Notes gets what happens after it.
	Output, Notes io.Writer
	// Live says that Notes is a terminal, on which a line can be kept up to date.
	Live bool
}

// stopGrace is how long requests under way may go on when the proxy is told to stop.
const stopGrace = 10 * time.Second

// Record passes everything that comes to the listener on to the target and records it, until the
// context ends. Traffic goes on also when recording does not. Record closes the listener. The
// error is one sentence: no session can be recorded there, connections cannot be accepted, or
// the recording is not whole.
func Record(ctx context.Context, listener net.Listener, o RecordOptions) error {
	defer listener.Close()
	redactor, err := redact.NewTraffic(o.Redact)
	if err != nil {
		return err
	}
	_, err = os.Stat(filepath.Join(o.Folder, session.ManifestName))
	replaces := err == nil
	writer, err := session.Create(o.Folder, session.Manifest{
		Tool: o.Tool, Recorded: time.Now().UTC().Truncate(time.Second), Target: o.Target.String(),
		Credentials: slices.Sorted(maps.Keys(o.Redact.Credentials)),
	}, session.WithSync(o.Sync, clock.System{}))
	if err != nil {
		return err
	}
	transport := NewTransport(o.TLS, o.Timeout)
	defer transport.CloseIdleConnections()
	notes := &notes{line: report.NewStatusLine(o.Notes, report.NarrowColumns), live: o.Live}
	p := New(Options{
		Target: o.Target, Transport: transport, Only: o.Only, BodyLimit: o.BodyLimit, Clean: redactor.Clean,
		Sink: writer.Sink(func(err error) { notes.say("%s; the traffic goes on, but is not recorded", oneLine(err)) }),
	})
	if _, err := fmt.Fprintf(o.Output, "listening on %s\n", server.URL(listener, false)); err != nil {
		return errors.New(oneLine(errors.Join(err, writer.Abort())))
	}
	watching, unwatch := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() { defer close(watched); notes.watch(watching, p.Counts(), o.Folder) }()
	err = server.Serve(ctx, listener, server.Options{Handler: p, Grace: stopGrace})
	p.Wait()
	unwatch()
	<-watched
	if replaces && p.Counts().Recorded() == 0 {
		// An empty session is no reason to lose the one that is there.
		notes.say("nothing was recorded, so that the session in %s stays as it was", o.Folder)
		return errors.Join(err, writer.Abort())
	}
	notes.end(p.Counts(), o.Folder)
	if closed := writer.Close(); closed != nil {
		err = errors.Join(err, fmt.Errorf("the recording is not whole: %w", closed))
	}
	if err != nil {
		return errors.New(oneLine(err))
	}
	return nil
}

// oneLine is an error that was joined of several as one sentence.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
