package proxy

import (
	"fmt"
	"strings"
	"sync/atomic"
)

// Counts are how much went by. They are safe for concurrent use.
type Counts struct {
	statuses [1000]atomic.Int64
	failed   atomic.Int64
	refused  atomic.Int64
	recorded atomic.Int64
	underWay atomic.Int64
}

func (c *Counts) answered(status int) { c.statuses[min(max(status, 0), len(c.statuses)-1)].Add(1) }

// Requests is how many requests were answered by the target, or got no answer from it.
func (c *Counts) Requests() int64 {
	all := c.failed.Load()
	for i := range c.statuses {
		all += c.statuses[i].Load()
	}
	return all
}

// Recorded is how many of them were to be recorded.
func (c *Counts) Recorded() int64 { return c.recorded.Load() }

// String is what was answered, as in "202 x 3, 401 x 1, no answer x 2, refused x 1".
func (c *Counts) String() string {
	var parts []string
	for status := range c.statuses {
		if count := c.statuses[status].Load(); count > 0 {
			parts = append(parts, fmt.Sprintf("%d x %d", status, count))
		}
	}
	for _, other := range []struct {
		name  string
		count int64
	}{{"no answer", c.failed.Load()}, {"refused", c.refused.Load()}} {
		if other.count > 0 {
			parts = append(parts, fmt.Sprintf("%s x %d", other.name, other.count))
		}
	}
	return strings.Join(parts, ", ")
}
