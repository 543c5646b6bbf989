package report

import (
	"fmt"
	"time"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/page"
)

// barsPerPath is how many exchanges of a status path the waterfall shows.
const barsPerPath = 300

// waterfall shows when each exchange was sent and how long it took, by status path.
func waterfall(run *outcome.Run) page.Section {
	section := page.Section{Title: "Exchanges in time"}
	paths, wrong := exchangePaths(run)
	for _, path := range append(outcome.Statuses[:len(outcome.Statuses):len(outcome.Statuses)], "") {
		var timeline page.Timeline
		var total int
		var first, last time.Duration
		for i, e := range run.Exchanges {
			if paths[i] != path {
				continue
			}
			if total == 0 {
				first = e.Started
			}
			first, last = min(first, e.Started), max(last, e.Started+e.Duration)
			if total++; total <= barsPerPath {
				timeline.Bars = append(timeline.Bars, exchangeBar(i+1, e, wrong[i]))
			}
		}
		if total == 0 {
			continue
		}
		name := path
		if path == "" {
			name = "decides no result"
		}
		timeline.Summary = fmt.Sprintf("%s: %s in %s", name, Counted(total, "exchange"), (last - first).Round(10*time.Microsecond))
		if total > barsPerPath {
			timeline.Summary += fmt.Sprintf(" (the first %d; all are in the JSON report)", barsPerPath)
		}
		section.Blocks = append(section.Blocks, &page.Block{Body: timeline})
	}
	return section
}

// exchangePaths is, for each exchange, the status path of the results that rest on it, and whether
// one of them counts against the target.
func exchangePaths(run *outcome.Run) (paths []string, wrong []bool) {
	paths, wrong = make([]string, len(run.Exchanges)), make([]bool, len(run.Exchanges))
	for _, result := range run.Results {
		if run.Exchange(result.Exchange) != nil {
			i := result.Exchange - 1
			paths[i] = result.Status
			wrong[i] = wrong[i] || broken(run, result)
		}
	}
	return paths, wrong
}

func exchangeBar(number int, e exchange.Exchange, wrong bool) page.Bar {
	bar := page.Bar{
		Name: fmt.Sprintf("%d %s", number, printable(e.Case)), Text: printable(resultLine(e)),
		Tone: page.Good, Start: e.Started, Length: e.Duration,
	}
	if e.Attempt > 1 {
		bar.Name += fmt.Sprintf(", attempt %d", e.Attempt)
	}
	if wrong {
		bar.Tone = page.Bad
		bar.Text += ", with failures"
	}
	return bar
}
