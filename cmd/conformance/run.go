package main

import (
	"slices"
	"time"

	"github.com/spf13/cobra"

	"conformance/internal/outcome"
	"conformance/internal/report"
	"conformance/internal/runner"
	"conformance/internal/shard"
)

func runCommand(w world) *cobra.Command {
	options := runner.Options{Output: w.Output, Trace: w.Errors, Environ: w.Environ, Now: time.Now, Version: version(), TakeSignals: w.TakeSignals}
	var out output
	var list bool
	var part string
	command := &cobra.Command{
		Use:   "run",
		Short: "Test a target, or a recording, against the page",
		Long: `Test a target, or a recording, against the page.

With neither --target nor --config the reference implementation is started inside this
process and tested: the suite shows itself.

Exit codes: 0 conformant, 1 nonconformant, 2 a flag or file is wrong, 3 no verdict (target
unreachable, interrupted, or a status path neither exercised nor waived).`,
		Example: `  conformance run
  conformance run --config conformance.yaml --report junit=report.xml --report html=report.html
  conformance run --config conformance.yaml --record session
  conformance run --config conformance.yaml --fail-fast --timeout 5m -vv
  conformance run --replay session
  conformance run --filter '401 && MUST' --list`,
		Args: takes(),
		RunE: func(c *cobra.Command, _ []string) error {
			if list {
				return listRequirements(w, options.Filter)
			}
			if err := out.apply(w, &options); err != nil {
				return err
			}
			var err error
			if options.Shard, err = shard.Parse(part, w.Environ); err != nil {
				return err
			}
			run, err := runner.Run(c.Context(), options)
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
	flags.StringVar(&options.ConfigFile, "config", "", "`FILE` that says what to test and with which credentials")
	flags.StringVar(&options.Target, "target", "", "base `URL` to test; requests go to URL/accounts/{id}/unlock")
	flags.StringVar(&options.Record, "record", "", "record the run into this session `FOLDER`")
	flags.StringVar(&options.Replay, "replay", "", "answer from this session `FOLDER`, without network and without waiting")
	flags.Var(&options.Sync, "sync", syncUsage)
	flags.DurationVar(&options.MaxAge, "max-age", 0, "refuse to replay a session that is older than this `DURATION`, such as 720h")
	flags.BoolVar(&options.Strict, "strict", false, "let a broken SHOULD fail the run")
	flags.StringVar(&options.Filter, "filter", "", "test only what this `EXPRESSION` over statuses, levels and requirement ids selects")
	flags.StringVar(&options.Baseline, "baseline", "", "`FILE` of known failures, with reasons")
	flags.DurationVar(&options.Timeout, "timeout", runner.DefaultRunTimeout, "the longest `DURATION` of the run; what is not tested by then leaves it without a verdict")
	flags.BoolVar(&options.FailFast, "fail-fast", false, "stop at the first failure")
	flags.IntVar(&options.Retries, "retries", 0, "a `NUMBER`: how often to send a request again that got no answer for a transport error; each is reported")
	flags.BoolVar(&options.InsecureHTTP, "insecure-http", false, "allow plain http, and so credentials in clear, to another machine")
	flags.CountVarP(&options.Verbose, "verbose", "v", "show each exchange on standard error; twice, with headers and bodies; never a secret")
	flags.IntVar(&options.Concurrency, "concurrency", 8, "a `NUMBER`: how many cases to send at a time")
	out.addFlags(command, &options)
	flags.StringVar(&part, "shard", "", "send only this part of the cases, `NUMBER/PARTS` such as 3/16, or auto in a CI matrix; see merge")
	flags.BoolVar(&list, "list", false, "list the requirements that the filter selects, and test nothing")
	flags.StringVar(&options.Fault, "fault", "", "give the embedded reference this fault, by `NAME`")
	cobra.CheckErr(flags.MarkHidden("fault"))
	completeFlag(command, "filter", func() []string {
		return append(slices.Clone(outcome.Statuses), append(requirementIDs(), "MUST", "SHOULD")...)
	})
	completeFlag(command, "sync", syncPolicies)
	completeFlag(command, "fault", faultNames)
	return command
}

// listRequirements prints what the filter selects.
func listRequirements(w world, filter string) error {
	explanations, err := runner.List(filter)
	if err != nil {
		return err
	}
	return report.List(w.Output, explanations)
}
