package main

import (
	"github.com/spf13/cobra"

	"conformance/internal/config"
)

func initCommand(w world) *cobra.Command {
	return &cobra.Command{
		Use:     "init",
		Short:   "Print a commented conformance.yaml to start from",
		Example: `  conformance init > conformance.yaml`,
		Args:    takes(),
		RunE: func(*cobra.Command, []string) error {
			_, err := w.Output.Write(config.Starter())
			return err
		},
	}
}
