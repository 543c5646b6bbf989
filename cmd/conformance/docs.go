package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func docsCommand(w world) *cobra.Command {
	command := &cobra.Command{
		Use:   "docs",
		Short: "Write the manual pages",
		Args:  suggestCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	command.AddCommand(&cobra.Command{
		Use:     "man FOLDER",
		Short:   "Write a manual page for each command into a folder",
		Example: `  conformance docs man ~/.local/share/man/man1`,
		Args:    takes("the folder for the manual pages"),
		RunE: func(c *cobra.Command, arguments []string) error {
			folder := arguments[0]
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return fmt.Errorf("make the folder for the manual pages: %w", err)
			}
			header := &doc.GenManHeader{Section: "1", Source: "conformance " + version(), Manual: "conformance"}
			if err := doc.GenManTree(c.Root(), header, folder); err != nil {
				return fmt.Errorf("write the manual pages: %w", err)
			}
			fmt.Fprintf(w.Output, "wrote the manual pages into %s\n", folder)
			return nil
		},
	})
	return command
}
