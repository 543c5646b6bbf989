package report

import (
	"fmt"
	"io"
	"strings"

	"conformance/internal/outcome"
)

// List writes a table of requirements: id, level, how many cases decide it and how many faults
// of the reference implementation it catches, and what is checked, cut to DefaultWidth columns.
// The error is that of writing.
func List(w io.Writer, explanations []Explanation) error {
	idColumns, levelColumns := 0, columns(string(outcome.Should))
	for _, e := range explanations {
		idColumns = max(idColumns, columns(printable(e.Requirement.ID)))
	}
	for _, e := range explanations {
		cases := "every answer"
		if n := len(e.Cases); n > 0 {
			cases = Counted(n, "case")
		}
		line := fmt.Sprintf("%s  %s  %-12s  %-9s  %s",
			pad(printable(e.Requirement.ID), idColumns),
			pad(printable(string(e.Requirement.Level)), levelColumns),
			cases, Counted(len(e.Faults), "fault"),
			cut(e.Requirement.Checks, max(20, DefaultWidth-idColumns-levelColumns-29)))
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " ")); err != nil {
			return fmt.Errorf("list the requirements: %w", err)
		}
	}
	return nil
}
