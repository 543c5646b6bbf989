package resend

import (
	"maps"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"conformance/internal/exchange"
)

// Latency is how long the answers of one recorded status took, then and now.
type Latency struct {
	Status    string
	Then, Now Percentiles
}

// Percentiles are of so many durations; they are exact to one percent.
type Percentiles struct {
	Count              int64
	P50, P90, P99, Max time.Duration
}

// The range of the histograms; longer durations count as the longest.
const (
	shortest = int64(time.Microsecond)
	longest  = int64(10 * time.Minute)
	digits   = 2
)

// latencies are histograms by recorded status, in nanoseconds.
type latencies map[string]*beforeAndAfter

type beforeAndAfter struct{ then, now *hdrhistogram.Histogram }

func newHistogram() *hdrhistogram.Histogram { return hdrhistogram.New(shortest, longest, digits) }

// add takes in an exchange and its recording. A duration of 0 is one that was not measured.
func (l latencies) add(then, now exchange.Exchange) {
	status := statusPath(then)
	h := l[status]
	if h == nil {
		h = &beforeAndAfter{newHistogram(), newHistogram()}
		l[status] = h
	}
	record(h.then, then.Duration)
	record(h.now, now.Duration)
}

func record(h *hdrhistogram.Histogram, d time.Duration) {
	if d > 0 {
		_ = h.RecordValue(min(int64(d), longest)) // what is in the range is never refused
	}
}

func (l latencies) merge(other latencies) {
	for status, h := range other {
		if mine := l[status]; mine != nil {
			mine.then.Merge(h.then)
			mine.now.Merge(h.now)
		} else {
			l[status] = h
		}
	}
}

// sorted are the percentiles by status; those of which nothing was measured are left out.
func (l latencies) sorted() []Latency {
	var all []Latency
	for _, status := range slices.Sorted(maps.Keys(l)) {
		one := Latency{status, percentiles(l[status].then), percentiles(l[status].now)}
		if one.Then.Count > 0 || one.Now.Count > 0 {
			all = append(all, one)
		}
	}
	return all
}

func percentiles(h *hdrhistogram.Histogram) Percentiles {
	if h.TotalCount() == 0 {
		return Percentiles{}
	}
	at := func(q float64) time.Duration { return time.Duration(h.ValueAtQuantile(q)) }
	return Percentiles{h.TotalCount(), at(50), at(90), at(99), time.Duration(h.Max())}
}
