package runner

import (
	"conformance/internal/outcome"
	"conformance/internal/report"
	"conformance/suites"
	"slices"
)

// MergeOptions say what to merge, and how the result is reported.
type MergeOptions struct {
	// Files are JSON reports of the parts of one run.
	Files []string
	// Options are those of a run that reports need: Baseline, Reports, Output, Color, Width, Now.
	Options
}

// Merge reads the JSON reports of all parts of a run, and reports on the whole as the run would
// have. Its errors are of type *outcome.Error.
func Merge(options MergeOptions) (*outcome.Run, error) {
	set, requirements, err := load()
	if err != nil {
		return nil, err
	}
	baseline, err := loadBaseline(options.Baseline, requirements)
	if err != nil {
		return nil, err
	}
	if err := report.CheckAll(options.Reports, slices.Concat(options.Files, []string{options.Baseline})...); err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	var parts []*outcome.Run
	for _, file := range options.Files {
		part, err := report.ReadRun(file)
		if err != nil {
			return nil, outcome.Wrong("%w", err)
		}
		for _, requirement := range requirements.All() {
			part.Requirements[requirement.ID] = requirement
		}
		parts = append(parts, part)
	}
	decides := suites.Decides(set)
	run, err := outcome.Merge(parts, decides, func(results []outcome.Result) []string {
		return baseline.Apply(results, options.Now())
	})
	if err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	options.Strict = run.Strict
	console := options.console()
	console.Begin(run.Target, run.Mode)
	waive := map[string]string{}
	for status, summary := range run.Statuses {
		waive[status] = summary.Waived
	}
	for _, path := range suites.Order(set) {
		summary, detail := outcome.SummarizePath(path.Status, run.Results, waive, decides)
		console.Path(path.Status, path.About, summary, detail)
	}
	console.End(run)
	if err := console.Err(); err != nil {
		return run, outcome.Wrong("%w", err)
	}
	if err := options.write(run); err != nil {
		return run, outcome.Wrong("%w", err)
	}
	return run, nil
}
