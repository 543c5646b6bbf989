package report

import (
	"fmt"
	"strings"
	"time"

	"conformance/internal/exchange"
)

// FrameTime is the shortest time between two redraws of a live view.
const FrameTime = 100 * time.Millisecond

// What a live view tells a terminal (ECMA-48): the cursor up, erase to the end of the screen.
const (
	cursorUp    = "\x1b[%dA\r"
	eraseScreen = "\x1b[J"
)

// live is the rows of a console report while they change: drawn below the heading, over and over
// in the same place. The cursor stands below them between two drawings, so that nothing has to be
// put right when the program ends.
type live struct {
	console *Console
	started time.Time
	drawn   time.Time
	// lines is how many lines the last drawing took; -1 before Begin.
	lines     int
	exchanges int
	last      string
}

// begin draws for the first time. Where the rows have no room, the console goes on without.
func (l *live) begin() {
	// Above the rows stand the heading's two lines, below them the progress and the cursor.
	if needed := len(l.console.rows) + 4; l.console.options.Height < needed {
		l.console.live = nil
		return
	}
	l.started = l.console.options.Clock.Now()
	l.draw(true)
}

func (l *live) exchange(number int, status string, e exchange.Exchange) {
	l.exchanges = max(l.exchanges, number)
	l.last = fmt.Sprintf("#%d %s %s: %s", number, status, e.Case, resultLine(e))
	l.draw(false)
}

// draw draws the rows in place of the last drawing, unless that was just now.
func (l *live) draw(now bool) {
	c := l.console
	time := c.options.Clock.Now()
	if l.started.IsZero() || !now && time.Sub(l.drawn) < FrameTime {
		return
	}
	l.drawn = time
	var lines []string
	running := true
	done, all := 0, 0
	for _, r := range c.rows {
		all += max(r.cases, len(r.seen))
		if r.done {
			done += max(r.cases, len(r.seen))
			line, detail := c.rowText(r)
			if room := c.options.Width - 1 - rowIndent - pathColumns - 5*numberColumns - 2; detail != "" && room > 0 {
				line += "  " + cut(detail, room)
			}
			lines = append(lines, line)
			continue
		}
		done += len(r.seen)
		lines = append(lines, c.unfinished(r, running))
		running = false
	}
	elapsed := time.Sub(l.started).Seconds()
	rate := float64(l.exchanges) / max(elapsed, FrameTime.Seconds())
	progress := fmt.Sprintf("  %d of %s, %.0f exchanges/s, %.1f s", done, Counted(all, "case"), rate, elapsed)
	if room := c.options.Width - 1 - columns(progress) - 2; l.last != "" && room > 0 {
		progress += "  " + c.colors.faint.Sprint(cut(l.last, room))
	}
	l.replace(append(lines, progress))
}

// unfinished is the row of a path that is tested, or that is yet to be.
func (c *Console) unfinished(r row, running bool) string {
	word := "wait"
	if running {
		word = "run"
	}
	seen, all := len(r.seen), max(r.cases, len(r.seen))
	numbers := fmt.Sprintf("%d of %d", seen, all)
	cells := min(20, c.options.Width-1-rowIndent-pathColumns-len("  [] ")-len(numbers))
	full := cells * seen / max(all, 1)
	return fmt.Sprintf("  %s  %s  [%s%s] %s", c.colors.faint.Sprint(pad(word, markColumns)), pathName(r),
		strings.Repeat("#", full), strings.Repeat(" ", cells-full), numbers)
}

// end takes the view away.
func (l *live) end() {
	if !l.started.IsZero() {
		l.replace(nil)
	}
}

// replace writes lines over the last drawing, at once, so that nothing flickers.
func (l *live) replace(lines []string) {
	var text strings.Builder
	if l.lines > 0 {
		fmt.Fprintf(&text, cursorUp, l.lines)
	}
	text.WriteString(eraseScreen)
	for _, line := range lines {
		text.WriteString(line + "\n")
	}
	l.lines = len(lines)
	l.console.print(text.String())
}
