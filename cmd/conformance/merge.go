package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"conformance/internal/outcome"
	"conformance/internal/report"
	"conformance/internal/runner"
	"conformance/internal/traffic/resend"
	"conformance/internal/traffic/verify"
	"conformance/suites"
)

// merging is what the merge command was asked for.
type merging struct {
	world   world
	output  output
	options runner.MergeOptions
}

func mergeCommand(w world) *cobra.Command {
	m := &merging{world: w, options: runner.MergeOptions{
		Options: runner.Options{Output: w.Output, Environ: w.Environ, Now: time.Now, Version: version()},
	}}
	// How each kind of report is merged, by its name; a run's report has none.
	kinds := map[string]func() (code int, err error){
		"": m.run, "verify": m.verify, "replay": m.replay, string(report.JUnit): m.junit,
	}
	command := &cobra.Command{
		Use:   "merge REPORT...",
		Short: "Put the reports of all parts of a run together, and give their verdict",
		Long: `Put the reports of all parts together that run, verify or replay wrote with --shard, and give
the verdict of the whole. A part whose report is missing leaves it without a verdict.

JUnit reports are put together, too, but do not say what was not looked at: merge the JSON
reports for a verdict.

Exit codes: those of the command that wrote the reports; 3 for JUnit reports without a failure.`,
		Example: `  conformance merge part-*.json
  conformance merge part-*.json --report junit=report.xml --baseline known.yaml
  conformance merge part-*.xml --report junit=report.xml`,
		Args: takesSome("the report of a part"),
		RunE: func(_ *cobra.Command, files []string) error {
			m.options.Files = files
			kind, err := report.KindOf(files[0])
			if err != nil {
				return err
			}
			merge, known := kinds[kind]
			if !known {
				return fmt.Errorf("%s: reports of the kind %q have no parts to merge", files[0], kind)
			}
			code, err := merge()
			if err != nil {
				return err
			}
			if code != outcome.ExitConformant {
				return exit(code)
			}
			return nil
		},
	}
	command.Flags().StringVar(&m.options.Baseline, "baseline", "", "`FILE` of known failures, with reasons")
	m.output.addFlags(command, &m.options.Options)
	return command
}

func (m *merging) run() (code int, err error) {
	if err := m.output.apply(m.world, &m.options.Options); err != nil {
		return 0, err
	}
	run, err := runner.Merge(m.options)
	if err != nil {
		return 0, err
	}
	return run.ExitCode, nil
}

// check says whether the reports can be written, and leave the parts as they are.
func (m *merging) check(destinations []report.Destination) error {
	return report.CheckAll(destinations, slices.Concat(m.options.Files, []string{m.options.Baseline})...)
}

func (m *merging) verify() (code int, err error) {
	destinations, err := verify.Reports.Parse(m.output.reports)
	if err != nil {
		return 0, err
	}
	if err := m.check(destinations); err != nil {
		return 0, err
	}
	requirements, err := suites.LoadRequirements()
	if err != nil {
		return 0, err
	}
	baseline := &outcome.Baseline{}
	if m.options.Baseline != "" {
		if baseline, err = outcome.LoadBaseline(m.options.Baseline, requirements.IDs()); err != nil {
			return 0, err
		}
	}
	var parts []*verify.Report
	for _, file := range m.options.Files {
		part, err := verify.ReadReport(file)
		if err != nil {
			return 0, err
		}
		parts = append(parts, part)
	}
	whole, err := verify.Merge(parts, requirements.Find, baseline, m.options.Now())
	if err != nil {
		return 0, err
	}
	if err := whole.Print(m.world.Output); err != nil {
		return 0, err
	}
	return whole.ExitCode, verify.Reports.WriteFiles(whole, destinations)
}

func (m *merging) replay() (code int, err error) {
	destinations, err := resend.Formats.Parse(m.output.reports)
	if err != nil {
		return 0, err
	}
	if err := m.check(destinations); err != nil {
		return 0, err
	}
	var parts []*resend.Report
	for _, file := range m.options.Files {
		part, err := resend.ReadReport(file)
		if err != nil {
			return 0, err
		}
		parts = append(parts, part)
	}
	whole, err := resend.Merge(parts)
	if err != nil {
		return 0, err
	}
	if err := resend.Console(m.world.Output, whole, false); err != nil {
		return 0, err
	}
	return whole.ExitCode(), resend.Formats.WriteFiles(whole, destinations)
}

func (m *merging) junit() (code int, err error) {
	destinations, err := report.Run.Parse(m.output.reports)
	if err != nil {
		return 0, err
	}
	if err := m.check(destinations); err != nil {
		return 0, err
	}
	if len(destinations) != 1 || destinations[0].Kind != report.JUnit {
		return 0, fmt.Errorf("JUnit reports can only be merged into one: give --report junit=FILE and no other")
	}
	merged, err := report.ReadJUnit(m.options.Files)
	if err != nil {
		return 0, err
	}
	if err := merged.WriteFile(destinations[0].File); err != nil {
		return 0, fmt.Errorf("write %s: %w", destinations[0].File, err)
	}
	fmt.Fprintf(m.world.Output, "%d test cases, %d failures; the JSON reports of the parts give a verdict\n", merged.Tests(), merged.Failures())
	if merged.Failures() > 0 {
		return outcome.ExitNonconformant, nil
	}
	return outcome.ExitNoVerdict, nil
}
