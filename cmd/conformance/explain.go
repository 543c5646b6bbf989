package main

import (
	"github.com/spf13/cobra"

	"conformance/internal/report"
	"conformance/internal/runner"
)

func explainCommand(w world) *cobra.Command {
	return &cobra.Command{
		Use:     "explain ID",
		Short:   "Tell a requirement, its sentence, its cases and the faults that it catches",
		Example: `  conformance explain 401-expired-token`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, arguments []string) error {
			explanation, err := runner.Explain(arguments[0])
			if err != nil {
				return err
			}
			return report.Explain(w.Output, explanation)
		},
	}
}
