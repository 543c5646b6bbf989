// Package verify holds recorded traffic, of this program or of any other, to the contract: to
// the requirements that can be judged by looking at an answer alone. It reads the traffic as a
// stream, on every core, with memory that does not grow with it.
package verify

import (
	"context"
	"runtime/debug"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"conformance/fixtures"
	"conformance/internal/contract"
	"conformance/internal/outcome"
	"conformance/internal/session"
	"conformance/internal/shard"
	"conformance/schemas"
	"conformance/suites"
)

// Options say what to verify, and how strictly.
type Options struct {
	// Paths are sessions' folders, cassettes and HTTP archives.
	Paths  []string
	Strict bool
	// Filter is an expression in Ginkgo's label syntax over the statuses of answers, levels and
	// requirement ids; empty for everything.
	Filter string
	// Baseline is a file of known failures; empty for none.
	Baseline string
	// Part is the part of the interactions to verify. Ids and texts are compared within it alone.
	Part shard.Part
	// Workers is how many chunks of traffic are worked on at a time; 0 for as many as the cores
	// can use. What is found does not depend on it.
	Workers int
	// Version is this program's version.
	Version string
	// Now is the time of day, for the baseline's dates and the time taken.
	Now func() time.Time
}

// gcPercent is how much may be thrown away before it is collected, in percent of what is kept.
const gcPercent = 200

// Verify reads the traffic and judges it. The errors are *outcome.Error: with the code
// outcome.ExitUsage for a filter or file that is wrong, and outcome.ExitNoVerdict when the context
// ends first.
func Verify(ctx context.Context, options Options) (*Report, error) {
	v, err := newVerification(options)
	if err != nil {
		return nil, err
	}
	// Much is thrown away at once and little is kept: collecting it less often costs a few megabytes.
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	v.report.Started = options.Now()
	for _, path := range options.Paths {
		source, err := session.OpenSource(path)
		if err != nil {
			return nil, wrong(err)
		}
		if err := v.source(ctx, source); err != nil {
			return nil, err
		}
		v.report.Warnings = append(v.report.Warnings, source.Warnings()...)
	}
	v.report.Duration = options.Now().Sub(v.report.Started)
	v.conclude()
	return v.report, nil
}

// verification is the work in progress.
type verification struct {
	options      Options
	report       *Report
	requirements *suites.Requirements
	baseline     *outcome.Baseline
	// inFilter are the requirements that the filter selects on any status.
	inFilter map[string]bool
	matches  types.LabelFilter
	// selected remembers what the filter says.
	selected map[selection]bool
	cases    map[string]*fixtures.Case
	reader   *contract.Reader
	judge    *contract.Judge
	tallies  map[string]*tally
	suspects suspects
	// index counts the interactions of all paths.
	index int
}

// selection is what a filter is matched against.
type selection struct{ status, requirement string }

func newVerification(options Options) (*verification, error) {
	specs, err := suites.Select(options.Filter)
	if err != nil {
		return nil, err
	}
	v := &verification{
		options: options, inFilter: map[string]bool{}, selected: map[selection]bool{},
		cases: map[string]*fixtures.Case{}, tallies: map[string]*tally{}, baseline: &outcome.Baseline{},
		report: &Report{
			Tool: options.Version, Paths: options.Paths, Part: options.Part.String(), Strict: options.Strict,
			Statuses: map[string]int{},
		},
	}
	for _, spec := range specs {
		v.inFilter[spec.Requirement.ID] = true
	}
	if v.matches, err = types.ParseLabelFilter(options.Filter); err != nil {
		return nil, wrong(err)
	}
	if v.requirements, err = suites.LoadRequirements(); err != nil {
		return nil, wrong(err)
	}
	if options.Baseline != "" {
		if v.baseline, err = outcome.LoadBaseline(options.Baseline, v.requirements.IDs()); err != nil {
			return nil, wrong(err)
		}
	}
	compiled, err := schemas.Load()
	if err != nil {
		return nil, wrong(err)
	}
	v.reader = contract.NewReader(contract.Unlock, compiled)
	return v, v.loadCases()
}

func (v *verification) loadCases() error {
	set, err := fixtures.Load()
	if err != nil {
		return wrong(err)
	}
	for _, path := range set.Paths {
		for i := range path.Cases {
			v.cases[path.Cases[i].Name] = &path.Cases[i]
		}
	}
	return nil
}

// selects says whether the filter selects a requirement on answers of a status.
func (v *verification) selects(status string, requirement outcome.Requirement) bool {
	if v.options.Filter == "" {
		return true
	}
	key := selection{status, requirement.ID}
	selected, known := v.selected[key]
	if !known {
		selected = v.matches([]string{status, requirement.ID, string(requirement.Level)})
		v.selected[key] = selected
	}
	return selected
}

// wrong makes an error of a call or file that is wrong.
func wrong(err error) error { return outcome.Wrong("%w", err) }

// interrupted is the error when the context ends.
func interrupted(err error) error {
	return outcome.NoVerdict("no verdict: interrupted before the end of the traffic (%w)", err)
}
