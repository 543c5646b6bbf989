package runner

import (
	"errors"

	"conformance/internal/outcome"
	"conformance/internal/report"
)

// console makes the console report that the options ask for.
func (o Options) console() *report.Console {
	return report.NewConsole(o.Output, report.ConsoleOptions{
		Color: o.Color, Width: o.Width, Height: o.Height, Strict: o.Strict, Quiet: o.Quiet, Live: o.Live, Guard: o.Guard,
	})
}

// write writes the reports that the options ask for.
func (o Options) write(run *outcome.Run) error {
	formats := o.Formats
	if formats == nil {
		formats = report.Run
	}
	return errors.Join(report.Annotate(o.Output, run, o.Reports), formats.WriteFiles(run, o.Reports))
}
