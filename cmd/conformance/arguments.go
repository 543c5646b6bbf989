package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// exactly demands one argument or two, and says what they are.
func exactly(number int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, arguments []string) error {
		if len(arguments) != number {
			return fmt.Errorf("found %d arguments, expected %s: %s", len(arguments), [...]string{"none", "one", "two"}[number], what)
		}
		return nil
	}
}
