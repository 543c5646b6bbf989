package report

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"conformance/internal/clock"
	"conformance/internal/exchange"
	"conformance/internal/outcome"
)

// DefaultWidth is the number of columns that a console report fits into; minWidth is what it needs.
const (
	DefaultWidth = 100
	minWidth     = 64
)

// Console is the report for people: a row for each status path while the run goes on, and what to
// know about the run at its end. It is safe for concurrent use.
type Console struct {
	mutex   sync.Mutex
	w       io.Writer
	colors  palette
	options ConsoleOptions
	live    *live
	rows    []row
	// lines counts what was written.
	lines int
	err   error
}

// ConsoleOptions says how a console report looks.
type ConsoleOptions struct {
	// Color turns colours on; see WantColor.
	Color bool
	// Width is the number of columns to fit into; 0 means DefaultWidth.
	Width int
	// Strict says that the run lets no warning pass.
	Strict bool
	// Quiet leaves everything out but the verdict's line.
	Quiet bool
	// Live redraws the rows in place while the run goes on; see WantLive. Nothing else may write
	// to the terminal between Begin and End.
	Live bool
	// Height is the number of lines of the terminal that Live draws on. Where the rows do not fit
	// in, or into Width, they are written as if there was no terminal.
	Height int
	// Clock times what Live shows; nil means the machine's clock. A clock that does not wait is not
	// for Animate.
	Clock clock.Clock
	// Guard is an unguessable word that keeps GitHub from taking what a target sent for a workflow
	// command; empty where the output does not go to GitHub. See GitHub.
	Guard string
}

// NewConsole makes a console report that is written to w as it grows.
func NewConsole(w io.Writer, options ConsoleOptions) *Console {
	if options.Width == 0 {
		options.Width = DefaultWidth
	}
	// Rows that the terminal breaks cannot be redrawn.
	redrawn := options.Live && !options.Quiet && options.Width >= minWidth
	options.Width = max(options.Width, minWidth)
	if options.Clock == nil {
		options.Clock = clock.System{}
	}
	c := &Console{w: w, colors: newPalette(options.Color), options: options}
	if redrawn {
		c.live = &live{console: c}
	}
	return c
}

// Err is the first error that came up in writing the report.
func (c *Console) Err() error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.err
}

// Expect says that a status path is going to be tested, with how many cases. A path that is
// expected, and that the run does not get to, has a row at the end all the same.
func (c *Console) Expect(status, about string, cases int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.rows = append(c.rows, row{status: status, about: about, cases: cases, seen: map[string]bool{}})
}

// Begin writes what is about to be tested. It comes after Expect.
func (c *Console) Begin(target string, mode outcome.Mode) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.options.Quiet {
		return
	}
	if c.options.Guard != "" {
		c.println("::stop-commands::" + c.options.Guard)
	}
	c.println(c.colors.strong.Sprint(cut(fmt.Sprintf("conformance of %s (%s)", target, mode), c.options.Width)))
	c.println(c.colors.faint.Sprint(matrixHeading))
	if c.live != nil {
		c.live.begin()
	}
}

// Exchange shows that an exchange of a status path was made, its number counting from 1.
func (c *Console) Exchange(number int, status string, e exchange.Exchange) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.live == nil {
		return
	}
	if r := c.find(status); r != nil {
		r.seen[e.Case] = true
	}
	c.live.exchange(number, status, e)
}

// Tick redraws a live view, so that its time moves on while nothing is answered. It does nothing
// where there is none.
func (c *Console) Tick() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.live != nil {
		c.live.draw(false)
	}
}

// Animate redraws a live view until the context ends: it is for a goroutine of its own.
func (c *Console) Animate(ctx context.Context) {
	for c.options.Clock.Sleep(ctx, FrameTime) == nil {
		c.Tick()
	}
}

// Path writes the row of a status path that was tested: its mark, its name, and what became of its
// checks. Detail is why it was not exercised, or else anything worth adding.
func (c *Console) Path(status, about string, summary outcome.StatusSummary, detail string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	r := c.find(status)
	if r == nil {
		c.rows = append(c.rows, row{status: status, about: about, seen: map[string]bool{}})
		r = &c.rows[len(c.rows)-1]
	}
	r.done, r.summary, r.detail = true, summary, detail
	switch {
	case c.options.Quiet:
	case c.live != nil:
		c.live.draw(true)
	default:
		c.row(*r)
	}
}

func (c *Console) find(status string) *row {
	for i := range c.rows {
		if c.rows[i].status == status {
			return &c.rows[i]
		}
	}
	return nil
}

// println writes a line that is printable already, and keeps the first error.
func (c *Console) println(line string) {
	c.print(strings.TrimRight(line, " ") + "\n")
}

func (c *Console) print(text string) {
	c.lines += strings.Count(text, "\n")
	if c.err == nil {
		_, c.err = io.WriteString(c.w, text)
	}
}

// wrapped writes a foreign text in as many lines as it takes, behind an indent.
func (c *Console) wrapped(indent int, text string) {
	for _, line := range wrap(text, c.options.Width-indent) {
		c.println(strings.Repeat(" ", indent) + line)
	}
}

// pad fills a printable text up with spaces.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-columns(text)))
}
