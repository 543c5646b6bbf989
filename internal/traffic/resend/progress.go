package resend

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"conformance/internal/report"
	"conformance/internal/session"
)

// redraw is the time between two drawings of the progress.
const redraw = 200 * time.Millisecond

// showProgress keeps a line on a terminal up to date. The function that it returns takes it away.
func (r *run) showProgress(source *session.Source) (stop func()) {
	if r.options.Progress == nil {
		return func() {}
	}
	done, line := make(chan struct{}), report.NewStatusLine(r.options.Progress, report.DefaultWidth-1)
	var drawing sync.WaitGroup
	another := *source // which has warnings of its own
	drawing.Go(func() { r.count(&another, done) })
	drawing.Go(func() {
		ticker := time.NewTicker(redraw)
		defer ticker.Stop()
		begun := time.Now()
		for {
			line.Show(r.counts.line(time.Since(begun)))
			select {
			case <-done:
				line.Clear()
				return
			case <-ticker.C:
			}
		}
	})
	return func() {
		close(done)
		drawing.Wait()
	}
}

// count finds out how many interactions there are, so that the time left is known. It decodes none.
func (r *run) count(source *session.Source, done <-chan struct{}) {
	index, mine := 0, int64(0)
	for _, err := range source.Items() {
		select {
		case <-done:
			return
		default:
		}
		if err != nil {
			return // whoever reads it for sending tells of it
		}
		if r.options.Shard.Has(index) {
			mine++
		}
		index++
	}
	r.counts.total.Store(mine)
}

// barWidth is how many columns the bar takes.
const barWidth = 24

// line is the progress in one line.
func (c *counts) line(elapsed time.Duration) string {
	recorded, sent, total := c.recorded.Load(), c.sent.Load(), c.total.Load()
	rate := float64(sent) / max(elapsed.Seconds(), redraw.Seconds())
	text := fmt.Sprintf("%d sent, %.0f/s, %d errors, %d breaking", sent, rate, c.failed.Load(), c.breaking.Load())
	if total > 0 {
		full := int(min(recorded, total) * barWidth / total)
		left := time.Duration(float64(elapsed) * float64(total-min(recorded, total)) / float64(max(recorded, 1)))
		text = fmt.Sprintf("[%s%s] %d of %d, %s, %s left", strings.Repeat("#", full), strings.Repeat(" ", barWidth-full),
			recorded, total, text, left.Round(time.Second))
	}
	return text
}
