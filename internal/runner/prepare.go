package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"conformance/fixtures"
	"conformance/internal/clock"
	"conformance/internal/contract"
	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/report"
	"conformance/internal/session"
	"conformance/internal/subject"
	"conformance/internal/target"
	"conformance/schemas"
	"conformance/suites"
)

// Prepared is a run before and after its specs. Between the two somebody has Ginkgo run the
// suite: Run with reports of its own, `go test` with Ginkgo's.
type Prepared struct {
	// Suite holds the specs.
	Suite *suites.Suite

	options  Options
	fixtures *fixtures.Set
	subject  *subject.Subject
	baseline *outcome.Baseline
	// selected are the status paths of which the filter selects something.
	selected map[string]bool
	// omitted is how many specs the filter leaves out, undecided how many of them could have made
	// the verdict another.
	omitted, undecided int
	writer             *session.Writer
	console            *report.Console
	run                *outcome.Run
	// ctx ends when the run is to end; cancel ends it.
	ctx    context.Context
	cancel context.CancelCauseFunc
}

// Prepare finds out what to test, sees whether it is there, and opens what the run writes to.
// Its errors are of type *outcome.Error. The result must be closed.
func Prepare(ctx context.Context, options Options) (*Prepared, error) {
	set, requirements, err := load()
	if err != nil {
		return nil, err
	}
	specs, err := suites.Select(options.Filter)
	if err != nil {
		return nil, err
	}
	if options.Concurrency < 1 || options.Concurrency > target.MostConcurrency {
		return nil, outcome.Wrong("--concurrency %d: expected a number from 1 to %d", options.Concurrency, target.MostConcurrency)
	}
	if options.Retries < 0 || options.Retries > mostRetries {
		return nil, outcome.Wrong("--retries %d: expected a number from 0 to %d", options.Retries, mostRetries)
	}
	if options.Timeout < 0 {
		return nil, outcome.Wrong("--timeout %s: expected a duration longer than 0, such as 10m", options.Timeout)
	}
	if err := report.CheckAll(options.Reports, options.ConfigFile, options.Baseline, options.Record, options.Replay); err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	p := &Prepared{options: options, fixtures: partOf(set, options.Shard), selected: map[string]bool{}}
	for _, spec := range specs {
		p.selected[spec.Path] = true
	}
	for _, spec := range suites.Specs(set, requirements) {
		if slices.Contains(specs, spec) {
			continue
		}
		p.omitted++
		if options.Strict || spec.Requirement.Level == outcome.Must {
			p.undecided++
		}
	}
	if p.baseline, err = loadBaseline(options.Baseline, requirements); err != nil {
		return nil, err
	}
	if options.MaxAge < 0 {
		return nil, outcome.Wrong("--max-age %s: expected a duration longer than 0, such as 720h", options.MaxAge)
	}
	if options.MaxAge != 0 && options.Replay == "" {
		return nil, outcome.Wrong("--max-age is of the session that --replay names, and there is none")
	}
	if options.Record != "" && options.Replay != "" {
		return nil, outcome.Wrong("--record and --replay exclude each other: a run either asks a target or a recording")
	}
	if p.subject, err = subject.Resolve(ctx, subject.Options{
		ConfigFile: options.ConfigFile, Target: options.Target, Replay: options.Replay, Fault: options.Fault,
		MaxAge: options.MaxAge, Now: options.Now,
		Concurrency: options.Concurrency, Retries: options.Retries, InsecureHTTP: options.InsecureHTTP, Environ: options.Environ,
	}); err != nil {
		return nil, err
	}
	p.ctx, p.cancel = bounded(ctx, options.Timeout)
	if err := p.open(requirements); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// mostRetries bounds how often one request is sent again.
const mostRetries = 10

func (p *Prepared) open(requirements *suites.Requirements) error {
	s := p.subject
	sender := s.Sender()
	if err := s.Reachable(p.ctx, sender); err != nil {
		return outcome.NoVerdict("no verdict on %s: %w", s.Name, err)
	}
	if p.options.Record != "" {
		writer, err := session.Create(p.options.Record, s.Manifest(p.options.Version, p.options.Now(), p.fixtures),
			session.WithSync(p.options.Sync, clock.System{}))
		if err != nil {
			return outcome.Wrong("%w", err)
		}
		p.writer, s.Mode = writer, outcome.Record
	}
	p.run = &outcome.Run{
		Tool: p.options.Version, Target: s.Name, Mode: s.Mode, Started: p.options.Now(), Strict: p.options.Strict,
		Shard:        p.options.Shard.String(),
		Requirements: map[string]outcome.Requirement{},
	}
	for _, requirement := range requirements.All() {
		p.run.Requirements[requirement.ID] = requirement
	}
	p.console = p.options.console()
	for _, path := range suites.Order(p.fixtures) {
		if p.selected[path.Status] {
			p.console.Expect(path.Status, path.About, len(path.Cases))
		}
	}
	go p.console.Animate(p.ctx)
	p.console.Begin(p.run.Target, p.run.Mode)
	var err error
	p.Suite, err = p.suite(sender, requirements)
	return err
}

// suite makes the specs' suite and lets it tell the recording, the trace and the console.
func (p *Prepared) suite(sender *target.Sender, requirements *suites.Requirements) (*suites.Suite, error) {
	s := p.subject
	decides := suites.Decides(p.fixtures)
	options := suites.Options{
		Driver: target.NewDriver(target.DriverOptions{
			Sender: sender, Credentials: s.Credentials, Fixtures: p.fixtures, Plan: s.Plan,
			Clock: s.Clock, Concurrency: p.options.Concurrency, Pace: s.Pace,
			Retries: s.Retries,
		}),
		Reader:   contract.NewReader(contract.Unlock, schemas.MustLoad()),
		Fixtures: p.fixtures, Requirements: requirements, Strict: p.options.Strict, Context: p.ctx,
		PathDone: func(path fixtures.Path, results []outcome.Result) {
			summary, detail := outcome.SummarizePath(path.Status, results, s.Waive, decides)
			p.console.Path(path.Status, path.About, summary, detail)
		},
	}
	if p.writer != nil {
		options.Record = func(path string, e exchange.Exchange) error { return p.writer.Append(path, e) }
	}
	options.Observe = p.console.Exchange
	if p.options.Verbose > 0 {
		trace := report.NewTrace(p.options.Trace, p.options.Verbose > 1)
		options.Observe = func(number int, path string, e exchange.Exchange) {
			p.console.Exchange(number, path, e)
			trace.Exchange(number, path, e)
		}
	}
	if p.options.FailFast {
		failed, err := failFast(p.options, p.baseline, p.cancel)
		if err != nil {
			return nil, err
		}
		options.Failed = failed
	}
	return suites.New(options), nil
}

// Finish concludes the run, after the specs, and writes the reports.
func (p *Prepared) Finish() (*outcome.Run, error) {
	run := p.run
	run.Results, run.Exchanges, run.Notes = p.Suite.Results(), p.Suite.Exchanges(), p.Suite.Notes()
	run.Notes = append(run.Notes, p.recordingNotes()...)
	if p.omitted > 0 && p.undecided == 0 {
		run.Notes = append(run.Notes, fmt.Sprintf("--filter %q left out %s of a SHOULD, of which the verdict says nothing", p.options.Filter, report.Counted(p.omitted, "check")))
	}
	stale := p.baseline.Apply(run.Results, p.options.Now())
	run.Ended = string(target.WhyEnded(p.ctx))
	run.Filtered = p.filtered()
	if run.Ended != "" || run.Shard != "" || p.omitted > 0 {
		// What did not fail may not have been tried.
		stale = nil
	}
	run.Conclude(p.subject.Waive, suites.Decides(p.fixtures), stale)
	if next := goOn(p.options, run); next != "" {
		run.Notes = append(run.Notes, next)
	}
	run.Duration = p.options.Now().Sub(run.Started)
	problem := p.finishRecording()
	p.console.End(run)
	problem = errors.Join(problem, p.console.Err(), p.options.write(run))
	if problem != nil {
		return run, outcome.Wrong("%w", problem)
	}
	return run, nil
}

// filtered says what the filter left out that a verdict needs; empty when that is nothing.
func (p *Prepared) filtered() string {
	if p.undecided == 0 {
		return ""
	}
	needed := "MUST"
	if p.options.Strict {
		needed = "MUST or SHOULD"
	}
	return fmt.Sprintf("--filter %q left out %s of a %s; only without it has the run a verdict", p.options.Filter, report.Counted(p.undecided, "check"), needed)
}

// finishRecording ends the recording. What a run recorded that did not come to its end does not
// replace an older session.
func (p *Prepared) finishRecording() error {
	if p.writer == nil {
		return nil
	}
	writer := p.writer
	p.writer = nil
	if failed := p.Suite.RecordingError(); failed != nil || p.run.Ended != "" {
		return errors.Join(failed, writer.Abort())
	}
	if err := writer.Close(); err != nil {
		return fmt.Errorf("finish the recording: %w", err)
	}
	return nil
}

// Close gives back what the run holds.
func (p *Prepared) Close() {
	if p.writer != nil {
		_ = p.writer.Abort() // the run did not come to its end, and says why elsewhere
		p.writer = nil
	}
	p.cancel(target.Interrupted)
	p.subject.Close()
}

// load reads the embedded data. The error is an *outcome.Error.
func load() (*fixtures.Set, *suites.Requirements, error) {
	set, err := fixtures.Load()
	if err != nil {
		return nil, nil, outcome.Wrong("%w", err)
	}
	requirements, err := suites.LoadRequirements()
	if err != nil {
		return nil, nil, outcome.Wrong("%w", err)
	}
	return set, requirements, nil
}

func loadBaseline(file string, requirements *suites.Requirements) (*outcome.Baseline, error) {
	if file == "" {
		return &outcome.Baseline{}, nil
	}
	baseline, err := outcome.LoadBaseline(file, requirements.IDs())
	if err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	return baseline, nil
}
