package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"

	"conformance/internal/outcome"
)

// DefaultWidth is the number of columns that a console report fits into.
const DefaultWidth = 100

// Console is the report for people: a line for each status path while the run goes on, and
// what to know about the run at its end. It is not safe for concurrent use.
type Console struct {
	w      io.Writer
	colors palette
	width  int
	strict bool
	err    error
}

// ConsoleOptions says how a console report looks.
type ConsoleOptions struct {
	// Color turns colours on; see WantColor.
	Color bool
	// Width is the number of columns to fit into; 0 means DefaultWidth.
	Width int
	// Strict says that the run lets no warning pass.
	Strict bool
}

// NewConsole makes a console report that is written to w as it grows.
func NewConsole(w io.Writer, options ConsoleOptions) *Console {
	width := options.Width
	if width == 0 {
		width = DefaultWidth
	}
	return &Console{w: w, colors: newPalette(options.Color), width: max(width, 60), strict: options.Strict}
}

// Err is the first error that came up in writing the report.
func (c *Console) Err() error { return c.err }

// Begin writes what is about to be tested.
func (c *Console) Begin(target string, mode outcome.Mode) {
	c.println(c.colors.strong.Sprint(cut(fmt.Sprintf("conformance of %s (%s)", target, mode), c.width)))
}

// The columns of the line of a status path.
const (
	markColumns = 4
	pathColumns = 28
)

// Path writes the line of one status path: its mark, its name, and what became of its
// checks. Detail is why it was not exercised, or else anything worth adding.
func (c *Console) Path(status, about string, summary outcome.StatusSummary, detail string) {
	word, paint, text := c.pathText(summary, detail)
	mark := paint.Sprint(pad(word, markColumns))
	indent := 2 + markColumns + 2 + pathColumns + 2
	for i, line := range wrap(text, c.width-indent) {
		if i == 0 {
			c.println("  " + mark + "  " + pad(cut(status+" "+about, pathColumns), pathColumns) + "  " + line)
			continue
		}
		c.println(strings.Repeat(" ", indent) + line)
	}
}

// pathText is the mark of a status path, its colour, and the sentence behind it.
func (c *Console) pathText(summary outcome.StatusSummary, detail string) (string, *color.Color, string) {
	if !summary.Exercised && summary.Fail == 0 {
		switch {
		case summary.Waived != "":
			return "skip", c.colors.skip, "waived: " + summary.Waived
		case detail != "":
			return "skip", c.colors.skip, "not exercised: " + detail
		}
		return "skip", c.colors.skip, "not exercised"
	}
	text := countsText(summary)
	if detail != "" {
		text += " (" + detail + ")"
	}
	switch {
	case summary.Fail > 0 || c.strict && summary.Warn > 0:
		return "FAIL", c.colors.fail, text
	case summary.Warn > 0:
		return "warn", c.colors.warn, text
	}
	return "ok", c.colors.pass, text
}

// countsText says what became of the checks of a status path, the worst first.
func countsText(s outcome.StatusSummary) string {
	var parts []string
	if s.Fail > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", s.Fail))
	}
	if s.Warn > 0 {
		parts = append(parts, counted(s.Warn, "warning"))
	}
	if s.Known > 0 {
		parts = append(parts, counted(s.Known, "known failure"))
	}
	parts = append(parts, fmt.Sprintf("%d passed", s.Pass))
	if s.Skip > 0 {
		parts = append(parts, fmt.Sprintf("%d not exercised", s.Skip))
	}
	return strings.Join(parts, ", ")
}

// println writes a line that is printable already, and keeps the first error.
func (c *Console) println(line string) {
	if c.err == nil {
		_, c.err = fmt.Fprintln(c.w, strings.TrimRight(line, " "))
	}
}

// wrapped writes a foreign text in as many lines as it takes, behind an indent.
func (c *Console) wrapped(indent int, text string) {
	for _, line := range wrap(text, c.width-indent) {
		c.println(strings.Repeat(" ", indent) + line)
	}
}

// pad fills a printable text up with spaces.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-columns(text)))
}
