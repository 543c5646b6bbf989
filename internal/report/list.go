package report

import (
	"fmt"
	"io"
	"strings"

	"conformance/internal/outcome"
)

// List writes a table of requirements: id, level, and what is checked, cut to DefaultWidth
// columns. The error is that of writing.
func List(w io.Writer, requirements []outcome.Requirement) error {
	idColumns, levelColumns := 0, columns(string(outcome.Should))
	for _, requirement := range requirements {
		idColumns = max(idColumns, columns(printable(requirement.ID)))
	}
	for _, requirement := range requirements {
		line := fmt.Sprintf("%s  %s  %s",
			pad(printable(requirement.ID), idColumns),
			pad(printable(string(requirement.Level)), levelColumns),
			cut(requirement.Checks, max(20, DefaultWidth-idColumns-levelColumns-4)))
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " ")); err != nil {
			return fmt.Errorf("list the requirements: %w", err)
		}
	}
	return nil
}
