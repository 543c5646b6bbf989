package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"
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
		RunE: func(_ *cobra.Command, arguments []string) error {
			folder := arguments[0]
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return fmt.Errorf("make the folder for the manual pages: %w", err)
			}
			header := &doc.GenManHeader{Section: "1", Source: "conformance " + version(), Manual: "conformance"}
			pages := rootCommand(w)
			asMarkdown(pages)
			if err := doc.GenManTree(pages, header, folder); err != nil {
				return fmt.Errorf("write the manual pages: %w", err)
			}
			fmt.Fprintf(w.Output, "wrote the manual pages into %s\n", folder)
			return nil
		},
	})
	return command
}

// asMarkdown turns the texts of a command, and of those below it, into what manual pages are made
// of: Markdown, which would swallow <labels> and run tables together.
func asMarkdown(command *cobra.Command) {
	command.Long = markdown(command.Long)
	command.LocalFlags().VisitAll(func(flag *pflag.Flag) { flag.Usage = marks.Replace(flag.Usage) })
	for _, below := range command.Commands() {
		asMarkdown(below)
	}
}

// marks are the characters that Markdown takes for more than themselves.
var marks = strings.NewReplacer("<", `\<`, "_", `\_`, "*", `\*`)

// markdown is a text of which indented lines stay as they are.
func markdown(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "  ") {
			lines[i] = "  " + line // by four, it is a table or an example
			continue
		}
		lines[i] = marks.Replace(line)
	}
	return strings.Join(lines, "\n")
}
