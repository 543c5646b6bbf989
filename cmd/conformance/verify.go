package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"conformance/internal/outcome"
	"conformance/internal/report"
	"conformance/internal/shard"
	"conformance/internal/traffic/verify"
)

func verifyCommand(w world) *cobra.Command {
	options := verify.Options{Now: time.Now, Version: version()}
	var reports []string
	var part string
	command := &cobra.Command{
		Use:   "verify PATH...",
		Short: "Check recorded traffic against the page, offline",
		Long: `Check recorded traffic against the page, offline. PATH is the folder of a session, a cassette
that any version of go-vcr wrote, or an HTTP archive (.har) of a browser or proxy.

Judged are the answers to POST .../accounts/{id}/unlock, under any base and API version, by
what an answer shows by itself or beside the others of the same PATH. What depends on what a
case sends cannot be judged from traffic, and is listed as such: see "conformance run".

In traffic that another program recorded labels take the place of secrets before anything is
shown, and what looks like secrets is warned of, without its values.

Exit codes: 0 nothing broken, 1 a MUST is broken (with --strict a SHOULD) or an entry of the
baseline no longer fails, 2 a flag or file is wrong, 3 nothing to judge, or interrupted.`,
		Example: `  conformance verify session
  conformance verify traffic.har fixtures/unlock.yaml --report junit=verify.xml
  conformance verify session --filter '401 && MUST' --baseline known.yaml`,
		Args: takesSome("the recorded traffic, as a session, cassette or archive"),
		RunE: func(c *cobra.Command, arguments []string) error {
			destinations, err := verify.Reports.Parse(reports)
			if err != nil {
				return err
			}
			if err := report.CheckAll(destinations, slices.Concat(arguments, []string{options.Baseline})...); err != nil {
				return err
			}
			if options.Part, err = shard.Parse(part, w.Environ); err != nil {
				return err
			}
			for i, path := range arguments {
				if slices.Contains(arguments[:i], path) {
					return fmt.Errorf("%s is given twice; its exchanges would count twice", path)
				}
			}
			options.Paths = arguments
			found, err := verify.Verify(c.Context(), options)
			if err != nil {
				return err
			}
			if err := found.Print(w.Output); err != nil {
				return err
			}
			if err := verify.Reports.WriteFiles(found, destinations); err != nil {
				return err
			}
			if found.ExitCode != outcome.ExitConformant {
				return exit(found.ExitCode)
			}
			return nil
		},
	}
	flags := command.Flags()
	flags.BoolVar(&options.Strict, "strict", false, "let a broken SHOULD fail the verification")
	flags.StringVar(&options.Filter, "filter", "", "judge only what this `EXPRESSION` over the statuses of answers, levels and requirement ids selects")
	flags.StringVar(&options.Baseline, "baseline", "", "`FILE` of known failures, with reasons")
	flags.StringVar(&part, "shard", "", "verify only this part of the interactions, `NUMBER/PARTS` such as 3/16, or auto in a CI matrix; see merge")
	flags.StringArrayVar(&reports, "report", nil, "write a report, `KIND=FILE`; may be given again; kinds: "+strings.Join(verify.Reports.Kinds(), ", "))
	completeFlag(command, "filter", func() []string {
		return append(slices.Clone(outcome.Statuses), append(requirementIDs(), "MUST", "SHOULD")...)
	})
	completeFlag(command, "report", func() []string { return kindsToComplete(verify.Reports.Kinds()) })
	return command
}
