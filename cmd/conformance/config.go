package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"conformance/internal/config"
	"conformance/internal/report"
	"conformance/internal/runner"
)

func configCommand(w world) *cobra.Command {
	command := &cobra.Command{
		Use:   "config",
		Short: "Check a conformance.yaml, or print its JSON Schema",
		Args:  suggestCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	command.AddCommand(configCheckCommand(w), configSchemaCommand(w))
	return command
}

func configCheckCommand(w world) *cobra.Command {
	return &cobra.Command{
		Use:     "check FILE",
		Short:   "Tell what is wrong with a config, or which status paths it can exercise; sends nothing",
		Example: `  conformance config check conformance.yaml`,
		Args:    takes("the config file, such as conformance.yaml"),
		RunE: func(_ *cobra.Command, arguments []string) error {
			paths, err := runner.CheckConfig(arguments[0], w.Environ)
			if err != nil {
				return err
			}
			var text strings.Builder
			fmt.Fprintf(&text, "%s is right\n", report.Printable(arguments[0]))
			for _, path := range paths {
				fmt.Fprintf(&text, "  %s  %s\n", path.Status, path.Says)
			}
			_, err = io.WriteString(w.Output, text.String())
			return err
		},
	}
}

func configSchemaCommand(w world) *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of conformance.yaml, for editors",
		Example: `  conformance config schema > conformance.schema.json`,
		Args:    takes(),
		RunE: func(*cobra.Command, []string) error {
			_, err := w.Output.Write(config.Schema())
			return err
		},
	}
}
