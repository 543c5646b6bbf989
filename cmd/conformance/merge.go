package main

import (
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"conformance/internal/outcome"
	"conformance/internal/report"
	"conformance/internal/runner"
)

func mergeCommand(w world) *cobra.Command {
	options := runner.MergeOptions{Options: runner.Options{Output: w.Output, Environ: w.Environ, Now: time.Now, Version: version()}}
	var reports []string
	command := &cobra.Command{
		Use:   "merge REPORT...",
		Short: "Put the reports of all parts of a run together, and give their verdict",
		Long: `Put the JSON reports of all parts of a run (run --shard) together, and give the verdict of the
whole. A part whose report is missing leaves it without a verdict.

Exit codes: those of run.`,
		Example: `  conformance merge part-*.json
  conformance merge part-*.json --report junit=report.xml --baseline known.yaml`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, files []string) error {
			destinations, err := report.Run.Parse(reports)
			if err != nil {
				return err
			}
			options.Files, options.Reports = files, destinations
			if file, is := w.Output.(*os.File); is {
				options.Color = report.WantColor(file, func(name string) string { v, _ := w.Environ(name); return v })
			}
			run, err := runner.Merge(options)
			if err != nil {
				return err
			}
			if run.ExitCode != outcome.ExitConformant {
				return exit(run.ExitCode)
			}
			return nil
		},
	}
	flags := command.Flags()
	flags.StringVar(&options.Baseline, "baseline", "", "`FILE` of known failures, with reasons")
	flags.StringArrayVar(&reports, "report", nil, "write a report, `KIND=FILE`, and another for each time the flag is given; kinds: "+strings.Join(report.Run.Kinds(), ", "))
	completeFlag(command, "report", func() []string { return kindsToComplete(report.Run.Kinds()) })
	return command
}
