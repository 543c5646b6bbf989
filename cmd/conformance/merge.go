package main

import (
	"time"

	"github.com/spf13/cobra"

	"conformance/internal/outcome"
	"conformance/internal/runner"
)

func mergeCommand(w world) *cobra.Command {
	options := runner.MergeOptions{Options: runner.Options{Output: w.Output, Environ: w.Environ, Now: time.Now, Version: version()}}
	var out output
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
			if err := out.apply(w, &options.Options); err != nil {
				return err
			}
			options.Files = files
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
	command.Flags().StringVar(&options.Baseline, "baseline", "", "`FILE` of known failures, with reasons")
	out.addFlags(command, &options.Options)
	return command
}
