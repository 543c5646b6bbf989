package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"conformance/fixtures"
	"conformance/internal/contract"
	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/report"
	"conformance/internal/session"
	"conformance/internal/target"
	"conformance/schemas"
	"conformance/suites"
)

// Run tests what the options name and writes the reports. It returns what was found, or an
// *Error when there is nothing to report. Ginkgo allows one run a process.
func Run(ctx context.Context, options Options) (*outcome.Run, error) {
	set, requirements, err := load()
	if err != nil {
		return nil, err
	}
	if _, err := Select(options.Filter); err != nil {
		return nil, err
	}
	baseline, err := loadBaseline(options.Baseline, requirements)
	if err != nil {
		return nil, err
	}
	for _, destination := range options.Reports {
		if err := destination.Check(); err != nil {
			return nil, wrong("%w", err)
		}
	}
	s, err := resolve(ctx, options)
	if err != nil {
		return nil, err
	}
	defer s.close()
	sender := target.NewSender(target.SenderOptions{
		Operation: contract.Unlock, URL: s.url, Headers: s.headers, SecretHeaders: s.secretHeaders,
		Timeout: s.timeout, Transport: s.transport, Clock: s.clock, Secrets: s.secrets,
		Agent: "conformance",
	})
	if s.reachable != nil {
		if err := s.reachable(ctx, sender); err != nil {
			return nil, noVerdict("no verdict on %s: %w", s.name, err)
		}
	}
	writer, err := create(options, s, set)
	if err != nil {
		return nil, err
	}
	if writer != nil {
		s.mode = outcome.Record
	}
	run := &outcome.Run{
		Tool: options.Version, Target: s.name, Mode: s.mode, Started: options.Now(), Strict: options.Strict,
		Requirements: map[string]outcome.Requirement{},
	}
	for _, requirement := range requirements.All() {
		run.Requirements[requirement.ID] = requirement
	}
	console := report.NewConsole(options.Output, report.ConsoleOptions{Color: options.Color, Width: options.Width, Strict: options.Strict})
	console.Begin(run.Target, run.Mode)
	suite := newSuite(ctx, options, s, sender, writer, set, requirements, console)
	specs(suite, options.Filter)

	run.Results, run.Exchanges, run.Notes = suite.Results(), suite.Exchanges(), suite.Notes()
	stale := baseline.Apply(run.Results, options.Now())
	run.Conclude(s.waive, suites.Decides(set), ctx.Err() != nil, stale)
	run.Duration = options.Now().Sub(run.Started)
	problem := finish(ctx, writer, suite.RecordingError())
	console.End(run)
	if err := report.WriteFiles(run, options.Reports); err != nil {
		problem = errors.Join(problem, err)
	}
	if problem = errors.Join(problem, console.Err()); problem != nil {
		return run, wrong("%w", problem)
	}
	return run, nil
}

func load() (*fixtures.Set, *suites.Requirements, error) {
	set, err := fixtures.Load()
	if err != nil {
		return nil, nil, wrong("%w", err)
	}
	requirements, err := suites.LoadRequirements()
	if err != nil {
		return nil, nil, wrong("%w", err)
	}
	return set, requirements, nil
}

func loadBaseline(file string, requirements *suites.Requirements) (*outcome.Baseline, error) {
	if file == "" {
		return &outcome.Baseline{}, nil
	}
	baseline, err := outcome.LoadBaseline(file, func(id string) bool {
		_, known := requirements.Find(id)
		return known
	})
	if err != nil {
		return nil, wrong("%w", err)
	}
	return baseline, nil
}

// newSuite makes the specs' suite and lets it tell the recording and the console.
func newSuite(ctx context.Context, options Options, s *subject, sender *target.Sender, writer *session.Writer,
	set *fixtures.Set, requirements *suites.Requirements, console *report.Console) *suites.Suite {
	suiteOptions := suites.Options{
		Driver: target.NewDriver(target.DriverOptions{
			Sender: sender, Credentials: s.credentials, Fixtures: set, Plan: s.plan,
			Clock: s.clock, Concurrency: options.Concurrency, Pace: s.pace,
		}),
		Reader:   contract.NewReader(contract.Unlock, schemas.MustLoad()),
		Fixtures: set, Requirements: requirements, Strict: options.Strict, Context: ctx,
		PathDone: func(path fixtures.Path, results []outcome.Result) {
			summary, detail := outcome.SummarizePath(path.Status, results, s.waive, suites.Decides(set))
			console.Path(path.Status, path.About, summary, detail)
		},
	}
	if writer != nil {
		suiteOptions.Record = func(path string, e exchange.Exchange) error { return writer.Append(path, e) }
	}
	return suites.New(suiteOptions)
}

// reporter is what Ginkgo needs of a test: a place to say that something failed. The outcomes
// say more, so that it is not listened to.
type reporter struct{}

func (reporter) Fail() {}

// oneRun guards Ginkgo, which keeps its tree for the process.
var oneRun sync.Mutex

// specs runs the suite's specs under Ginkgo, without Ginkgo's own report.
func specs(suite *suites.Suite, filter string) {
	oneRun.Lock()
	defer oneRun.Unlock()
	formatter.ColorableStdOut, formatter.ColorableStdErr = io.Discard, io.Discard
	suite.Describe()
	gomega.RegisterFailHandler(ginkgo.Fail)
	suiteConfig := types.NewDefaultSuiteConfig()
	suiteConfig.LabelFilter = filter
	suiteConfig.GracePeriod = time.Second
	reporterConfig := types.NewDefaultReporterConfig()
	reporterConfig.NoColor = true
	reporterConfig.Succinct = true
	ginkgo.RunSpecs(reporter{}, "Unlock Account", suiteConfig, reporterConfig)
}

// Select lists the specs that a filter selects. A filter that cannot be read, or that selects
// nothing, is an error.
func Select(filter string) ([]suites.Spec, error) {
	set, requirements, err := load()
	if err != nil {
		return nil, err
	}
	matches, err := types.ParseLabelFilter(filter)
	if err != nil {
		return nil, wrong("--filter %q cannot be read: write labels such as 401 or MUST or any-json, joined by && || ! and ()", filter)
	}
	var selected []suites.Spec
	for _, spec := range suites.Specs(set, requirements) {
		if matches(spec.Labels()) {
			selected = append(selected, spec)
		}
	}
	if len(selected) == 0 {
		return nil, wrong("--filter %q selects nothing: its labels are the statuses, MUST and SHOULD, and the requirement ids that --list shows", filter)
	}
	return selected, nil
}

// create opens the recording that the options ask for; nil when they ask for none.
func create(options Options, s *subject, set *fixtures.Set) (*session.Writer, error) {
	if options.Record == "" {
		return nil, nil
	}
	writer, err := session.Create(options.Record, s.manifest(options, set))
	if err != nil {
		return nil, wrong("%w", err)
	}
	return writer, nil
}

// finish ends the recording. What an interrupted run recorded does not replace an older session.
func finish(ctx context.Context, writer *session.Writer, failed error) error {
	if writer == nil {
		return nil
	}
	if failed != nil || ctx.Err() != nil {
		return errors.Join(failed, writer.Abort())
	}
	if err := writer.Close(); err != nil {
		return fmt.Errorf("finish the recording: %w", err)
	}
	return nil
}
