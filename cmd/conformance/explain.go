package main

import (
	"github.com/spf13/cobra"

	"conformance/internal/drift"
	"conformance/internal/report"
	"conformance/internal/runner"
)

func explainCommand(w world) *cobra.Command {
	return &cobra.Command{
		Use:   "explain ID",
		Short: "Tell a requirement, its sentence, its cases and the faults that it catches; or a rule of diff",
		Example: `  conformance explain 401-expired-token
  conformance explain status-dropped`,
		Args: takes("the id of a requirement, or of a rule of diff"),
		ValidArgsFunction: func(_ *cobra.Command, arguments []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(arguments) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return append(requirementIDs(), drift.RuleIDs()...), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, arguments []string) error {
			explanation, err := runner.Explain(arguments[0])
			if err != nil {
				return err
			}
			return report.Explain(w.Output, explanation)
		},
	}
}
