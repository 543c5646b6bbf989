package session

import (
	"maps"
	"slices"
	"sync/atomic"
)

// group is the interactions whose requests have one key. They can still differ in headers.
type group struct {
	// queue is theirs when they do not.
	queue queue
	// distinguishing are the names of the headers in which they differ, sorted.
	distinguishing []string
	queues         map[uint64]*queue
}

// queue is interactions whose requests are the same, in recorded order.
type queue struct {
	entries []int32
	next    atomic.Int64
}

// sortOut finds the headers in which the group's requests differ, and queues those that
// are the same.
func (x *index) sortOut(g *group) {
	g.distinguishing = x.distinguishing(g)
	if len(g.distinguishing) == 0 {
		return
	}
	g.queues = map[uint64]*queue{}
	for _, i := range g.queue.entries {
		key := x.headerKey(g, func(name string) uint64 {
			return valuesIn(x.headersOf(i), name)
		})
		if g.queues[key] == nil {
			g.queues[key] = &queue{}
		}
		g.queues[key].entries = append(g.queues[key].entries, i)
	}
	g.queue.entries = nil
}

func (x *index) distinguishing(g *group) []string {
	names := map[string]bool{}
	first := g.queue.entries[0]
	for _, i := range g.queue.entries[1:] {
		if x.recording.entries[i].headers == x.recording.entries[first].headers {
			continue
		}
		differ(x.headersOf(first), x.headersOf(i), names)
		differ(x.headersOf(i), x.headersOf(first), names)
	}
	if x.options.IgnoreCredentials {
		maps.DeleteFunc(names, func(name string, _ bool) bool { return secretHeader.MatchString(name) })
	}
	return slices.Sorted(maps.Keys(names))
}

// differ adds the names of the headers in one set that the other lacks, or has with other
// values.
func differ(a, b []headerHash, names map[string]bool) {
	for _, header := range a {
		if valuesIn(b, header.name) != header.values {
			names[header.name] = true
		}
	}
}

// headersOf are the headers of an interaction's request that are not incidental.
func (x *index) headersOf(i int32) []headerHash {
	return x.recording.headers[x.recording.entries[i].headers]
}

func valuesIn(headers []headerHash, name string) uint64 {
	for _, header := range headers {
		if header.name == name {
			return header.values
		}
	}
	return 0
}

// headerKey is the hash of the headers that matter in this group.
func (x *index) headerKey(g *group, values func(name string) uint64) uint64 {
	var key uint64
	for _, name := range g.distinguishing {
		key = x.recording.hasher.join(key, values(name))
	}
	return key
}
