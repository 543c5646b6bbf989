package page

import "time"

// span is the width of the scale that the bars of a timeline lie on.
const span = 1000

// barView is a bar with its place on the scale.
type barView struct {
	Bar
	X, Width int
}

// Placed are the bars on a scale from the first start to the last end. A bar is never so
// short that it cannot be seen.
func (t Timeline) Placed() []barView {
	const shortest = 4
	var first, last time.Duration
	for i, bar := range t.Bars {
		if i == 0 {
			first = bar.Start
		}
		first, last = min(first, bar.Start), max(last, bar.Start+bar.Length)
	}
	whole := max(last-first, 1)
	views := make([]barView, len(t.Bars))
	for i, bar := range t.Bars {
		x := scaled(bar.Start-first, whole)
		width := max(shortest, scaled(bar.Length, whole))
		views[i] = barView{bar, min(x, span-shortest), min(width, span-min(x, span-shortest))}
	}
	return views
}

// scaled is a time as a part of the scale. Floats, since a product of durations can overflow.
func scaled(t, whole time.Duration) int { return int(span * float64(t) / float64(whole)) }

// Rounded is a time as the page shows it.
func (Bar) Rounded(d time.Duration) string {
	return d.Round(10 * time.Microsecond).String()
}
