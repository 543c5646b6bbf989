// Package resend sends recorded requests to a target again and compares the answers with the
// recorded ones: did the server change under its clients?
//
// Requests that belong to one account are sent in recorded order; those of different accounts go
// side by side. Nothing is sent for an account that nobody consented to.
package resend

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"time"

	"conformance/fixtures"
	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/report"
	"conformance/internal/session"
	"conformance/internal/shard"
	"conformance/internal/subject"
	"conformance/internal/target"
	"conformance/schemas"
)

// Options are what the command line says of a replay, and the world that it runs in.
type Options struct {
	// Path is a session folder, a cassette file or an HTTP archive.
	Path string
	// ConfigFile and Target say what the requests are sent to; at least one is given. Without a
	// config there are no credentials, and requests that had one are not sent.
	ConfigFile, Target string
	// Noise is another recording of the server that Path was recorded from: what differs between the
	// two is left out.
	Noise string
	// MaskFile holds the user's masks.
	MaskFile string
	// MapAccounts are RECORDED=TARGET, MapCredentials RECORDED=NAME; RECORDED may be *.
	MapAccounts, MapCredentials []string
	// Rate is how many requests a second are sent at most; 0 sets no limit.
	Rate int
	// Speed sends each request at its recorded time, so many times faster; 0 as soon as possible.
	Speed float64
	// Concurrency is how many requests are under way at a time.
	Concurrency int
	// Timeout is the longest that the replay takes; 0 sets no limit.
	Timeout time.Duration
	// Shard is the part of the interactions that is sent.
	Shard shard.Part
	// InsecureHTTP allows plain http to other machines than this one.
	InsecureHTTP bool
	Reports      []report.Destination

	// Output takes the console report; Color says whether it is a terminal that wants colours.
	Output io.Writer
	Color  bool
	// Progress is a terminal that shows how far the replay is; nil for none.
	Progress io.Writer
	// Environ looks up an environment variable.
	Environ func(name string) (string, bool)
	// Now is the time of day.
	Now func() time.Time
	// Version is this program's version.
	Version string
}

// Run sends what was recorded, writes the reports and returns what was found. The error is an
// *outcome.Error when there is nothing to report.
func Run(ctx context.Context, options Options) (*Report, error) {
	if err := options.check(); err != nil {
		return nil, err
	}
	s, err := subject.Resolve(ctx, subject.Options{
		ConfigFile: options.ConfigFile, Target: options.Target, Concurrency: options.Concurrency,
		InsecureHTTP: options.InsecureHTTP, Environ: options.Environ,
	})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	r, err := replay(ctx, s, options)
	if err != nil {
		return nil, err
	}
	if err := Console(options.Output, r, options.Color); err != nil {
		return nil, outcome.Wrong("write the report: %w", err)
	}
	if err := Formats.WriteFiles(r, options.Reports); err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	return r, nil
}

// check says what is wrong with the call alone.
func (o Options) check() error {
	switch {
	case o.ConfigFile == "" && o.Target == "":
		return outcome.Wrong("nothing to send the requests to: name a target with --target URL, or a file with --config FILE that has one and its credentials")
	case o.Concurrency < 1 || o.Concurrency > target.MostConcurrency:
		return outcome.Wrong("--concurrency %d: expected a number from 1 to %d", o.Concurrency, target.MostConcurrency)
	case o.Rate < 0:
		return outcome.Wrong("--rate %d: expected a number of requests a second", o.Rate)
	case !(o.Speed >= 0) || math.IsInf(o.Speed, 0):
		return outcome.Wrong("--speed %g: expected how many times faster than recorded, such as 2", o.Speed)
	case o.Rate > 0 && o.Speed > 0:
		return outcome.Wrong("--rate and --speed exclude each other: requests are sent at a rate, or at the recorded times")
	case o.Timeout < 0:
		return outcome.Wrong("--timeout %s: expected a duration longer than 0, such as 10m", o.Timeout)
	}
	if err := report.CheckAll(o.Reports, o.Path, o.ConfigFile, o.Noise, o.MaskFile); err != nil {
		return outcome.Wrong("%w", err)
	}
	return nil
}

// replay sends what was recorded to a subject.
func replay(ctx context.Context, s *subject.Subject, options Options) (*Report, error) {
	source, err := session.OpenSource(options.Path)
	if err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	r, err := newRun(s, source, options)
	if err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	if options.Noise != "" {
		if err := r.learn(source); err != nil {
			return nil, outcome.Wrong("--noise: %w", err)
		}
	}
	if original, is := s.Transport.(*http.Transport); is {
		alive := newKeepAlive(original, options.Concurrency)
		defer alive.Close()
		s.Transport = alive
	}
	r.sender = s.Sender()
	ctx, cancel := bounded(ctx, options.Timeout)
	defer cancel()
	if err := s.Reachable(ctx, r.sender); err != nil {
		return nil, outcome.NoVerdict("nothing was sent to %s: %w", s.Name, err)
	}
	if err := r.send(ctx, source); err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	return r.report(ctx, source), nil
}

// bounded is a context that ends after so long; 0 sets no limit.
func bounded(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	if timeout == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, timeout, target.Ended(fmt.Sprintf("the replay took longer than --timeout %s", timeout)))
}

// newRun puts together what a replay needs. The error is one sentence.
func newRun(s *subject.Subject, source *session.Source, options Options) (*run, error) {
	set, err := fixtures.Load()
	if err != nil {
		return nil, err
	}
	schemas, err := schemas.Load()
	if err != nil {
		return nil, err
	}
	masks, err := loadMasks(options.MaskFile)
	if err != nil {
		return nil, err
	}
	ids, err := newAccounts(set, source.Manifest, s.Plan, options.MapAccounts)
	if err != nil {
		return nil, err
	}
	p, err := newPlanner(ids, source.Manifest, set, plannerOptions{
		credentials: s.Credentials, mapCredentials: options.MapCredentials, headers: s.Headers, plan: s.Plan,
	})
	if err != nil {
		return nil, err
	}
	r := &run{
		options: options, subject: s, planner: p, started: options.Now(), counts: &counts{},
		comparer: &comparer{masks: masks, open: newOpenStatuses(set), pledges: newPledges(set, schemas)},
		twins: func() *comparer {
			return &comparer{masks: masks, open: newOpenStatuses(set), pledges: newPledges(set, schemas)}
		},
		tally: newTally(), unsent: newUnsent(),
	}
	if options.Rate > 0 {
		r.pace = target.NewPace(options.Rate, time.Second)
	}
	return r, nil
}

// sent says whether an exchange went out at all, and is not one that was broken off from here.
func sent(e exchange.Exchange) bool {
	return e.Failure == nil || e.Failure.Kind != exchange.Interrupted
}
