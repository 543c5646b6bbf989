package main

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"conformance/internal/outcome"
	"conformance/internal/reference"
	"conformance/internal/report"
	"conformance/internal/selftest"
	"conformance/suites"
)

func selftestCommand(w world) *cobra.Command {
	var reports []string
	var concurrency int
	command := &cobra.Command{
		Use:   "selftest",
		Short: "Run the suite against every fault and legal variant",
		Long: `Run the suite against every fault and every legal variant of the reference implementation,
and print the kill matrix: which requirement caught which fault.

Exit codes: 0 every fault was caught by the requirement that it names, no legal variant was
blamed, every requirement is proven; 1 otherwise.`,
		Example: `  conformance selftest
  conformance selftest --report json=matrix.json --report markdown=matrix.md`,
		Args: takes(),
		RunE: func(c *cobra.Command, _ []string) error {
			if concurrency < 1 {
				return fmt.Errorf("--concurrency %d: expected a number from 1", concurrency)
			}
			destinations, err := selftest.Reports.Parse(reports)
			if err != nil {
				return err
			}
			if err := report.CheckAll(destinations); err != nil {
				return err
			}
			matrix, err := testItself(c.Context(), w, concurrency)
			if err != nil {
				return &outcome.Error{Code: outcome.ExitNoVerdict, Err: err}
			}
			if err := matrix.Print(w.Output); err != nil {
				return err
			}
			if err := selftest.Reports.WriteFiles(matrix, destinations); err != nil {
				return err
			}
			if !matrix.Sound() {
				return exit(outcome.ExitNonconformant)
			}
			return nil
		},
	}
	flags := command.Flags()
	flags.IntVar(&concurrency, "concurrency", runtime.NumCPU()+1, "a `NUMBER`: how many runs at a time")
	flags.StringArrayVar(&reports, "report", nil, "write a report, `KIND=FILE`; may be given again; kinds: "+strings.Join(selftest.Reports.Kinds(), ", "))
	completeFlag(command, "report", func() []string { return kindsToComplete(selftest.Reports.Kinds()) })
	return command
}

// testItself runs the suite once for each fault.
func testItself(ctx context.Context, w world, concurrency int) (*selftest.Matrix, error) {
	requirements, err := suites.LoadRequirements()
	if err != nil {
		return nil, err
	}
	options := selftest.Options{
		Faults: reference.Faults(), Requirements: requirements.All(), Concurrency: concurrency,
		Run: selftest.Execute,
	}
	if notes, is := w.Errors.(stream); is && report.IsTerminal(notes.file) {
		line := report.NewStatusLine(w.Errors, report.NarrowColumns)
		options.Progress = progressBar(line)
		defer line.Clear()
	}
	return selftest.Test(ctx, options)
}

// progressBar draws how much of the work is done, on one line of a terminal.
func progressBar(line *report.StatusLine) func(done, total int) {
	const cells = 40
	return func(done, total int) {
		full := cells * done / max(1, total)
		line.Show(fmt.Sprintf("[%-*s] %d of %d runs", cells, strings.Repeat("#", full), done, total))
	}
}
