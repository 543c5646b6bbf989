package proxy

import (
	"context"
	"fmt"
	"os"
	"time"

	"conformance/internal/report"
)

// notes is what a recording says while it goes on.
type notes struct {
	line *report.StatusLine
	live bool // the line is kept up to date
}

// tick is how often the live line is renewed and the folder looked for.
const tick = time.Second

// say writes a line that stays.
func (n *notes) say(format string, arguments ...any) {
	n.line.Say(fmt.Sprintf("conformance: "+format, arguments...))
}

// watch keeps the live line up to date, and tells once when the folder has vanished, until the
// context ends.
func (n *notes) watch(ctx context.Context, counts *Counts, folder string) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	vanished := false
	var before int64
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if _, err := os.Stat(folder); os.IsNotExist(err) && !vanished {
			vanished = true
			n.say("%s: the folder has vanished; the traffic goes on, but what is recorded may be lost", folder)
		}
		requests := counts.Requests()
		n.show(counts, requests-before)
		before = requests
	}
}

// show renews the live line.
func (n *notes) show(counts *Counts, rate int64) {
	if n.live {
		n.line.Show(fmt.Sprintf("%d requests, %d/s, %d under way: %s", counts.Requests(), rate, counts.underWay.Load(), counts))
	}
}

// end writes what has been recorded.
func (n *notes) end(counts *Counts, folder string) {
	if counts.Requests() == 0 && counts.refused.Load() == 0 {
		n.say("nothing went by, so that %s is an empty session", folder)
		return
	}
	n.say("%d of %d exchanges went to the recording in %s: %s", counts.Recorded(), counts.Requests(), folder, counts)
}
