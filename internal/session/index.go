package session

import (
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"conformance/internal/exchange"
)

// entry is one recorded interaction in the index of a Player.
type entry struct {
	exchange exchange.Exchange
	cassette string
	// number is its place in the cassette, from 1.
	number int
	// keys has one key for each path that the request can be asked for under.
	keys []requestKey
	used atomic.Bool
}

// take marks the entry as used. It reports false when it was used before.
func (e *entry) take() bool { return e.used.CompareAndSwap(false, true) }

// index finds recorded interactions. It does not change once it is made.
type index struct {
	entries []*entry
	byCase  map[sentCase][]*entry
	byKey   map[requestKey]*group
}

// group is the interactions whose requests have one key. They can still differ in headers.
type group struct {
	entries []*entry
	// distinguishing are the names of the headers in which they differ, sorted.
	distinguishing []string
	queues         map[string]*queue
}

// queue is interactions whose requests are the same, in recorded order.
type queue struct {
	entries []*entry
	next    atomic.Int64
}

// newIndex indexes a recording. Requests recorded under its target are known by their path
// below it; those of other origin, by every end of their path.
func newIndex(r *Recording) *index {
	x := &index{byCase: map[sentCase][]*entry{}, byKey: map[requestKey]*group{}}
	base, _ := pathAndQuery(r.Manifest.Target)
	for _, cassette := range r.Cassettes {
		for i, recorded := range cassette.Exchanges {
			e := &entry{exchange: recorded, cassette: cassette.Name + cassetteSuffix, number: i + 1}
			e.keys = recordedKeys(recorded.Request, r.Manifest.Target != "", base)
			x.add(e)
		}
	}
	for _, g := range x.byKey {
		g.sortOut()
	}
	return x
}

func recordedKeys(r exchange.Request, hasBase bool, base string) []requestKey {
	path, query := pathAndQuery(r.URL)
	first := keyOf(r.Method, "", query, r.Header, r.Body)
	paths := tails(path)
	if rest, under := below(base, path); hasBase && under {
		paths = []string{rest}
	}
	keys := make([]requestKey, len(paths))
	for i, path := range paths {
		keys[i] = first
		keys[i].path = path
	}
	return keys
}

func (x *index) add(e *entry) {
	x.entries = append(x.entries, e)
	if e.exchange.Case != "" {
		sent := sentCase{name: e.exchange.Case, attempt: e.exchange.Attempt}
		x.byCase[sent] = append(x.byCase[sent], e)
	}
	for _, key := range e.keys {
		g, known := x.byKey[key]
		if !known {
			g = &group{queues: map[string]*queue{}}
			x.byKey[key] = g
		}
		g.entries = append(g.entries, e)
	}
}

// sortOut finds the headers in which the group's requests differ, and queues those that
// are the same.
func (g *group) sortOut() {
	names := map[string]bool{}
	for _, e := range g.entries {
		for name := range e.exchange.Request.Header {
			names[name] = !incidentalHeaders[name]
		}
	}
	first := g.entries[0].exchange.Request.Header
	for _, name := range slices.Sorted(maps.Keys(names)) {
		differs := func(e *entry) bool { return headerKey(e.exchange.Request.Header, name) != headerKey(first, name) }
		if names[name] && slices.ContainsFunc(g.entries, differs) {
			g.distinguishing = append(g.distinguishing, name)
		}
	}
	for _, e := range g.entries {
		key := g.headerKeys(e.exchange.Request.Header)
		if g.queues[key] == nil {
			g.queues[key] = &queue{}
		}
		g.queues[key].entries = append(g.queues[key].entries, e)
	}
}

// headerKeys are the values of the headers that matter in this group, as one text.
func (g *group) headerKeys(header map[string][]string) string {
	if len(g.distinguishing) == 0 {
		return ""
	}
	var text strings.Builder
	for _, name := range g.distinguishing {
		text.WriteString(headerKey(header, name) + "\x01")
	}
	return text.String()
}

// pop takes the first interaction that was not used; nil when there is none left.
func (q *queue) pop() *entry {
	for {
		i := q.next.Add(1) - 1
		if i >= int64(len(q.entries)) {
			return nil
		}
		if q.entries[i].take() {
			return q.entries[i]
		}
	}
}

// find takes the interaction that answers a request: that of the case it is sent for if it
// is the same request, else the next in order of those that are the same; nil when there is
// none. A case and attempt name one interaction, however often they ask for it.
func (x *index) find(sent sentCase, key requestKey, header map[string][]string) *entry {
	var named *entry
	for _, e := range x.byCase[sent] {
		if !slices.Contains(e.keys, key) {
			continue
		}
		if e.take() {
			return e
		}
		if named == nil {
			named = e
		}
	}
	if named != nil {
		return named
	}
	g, known := x.byKey[key]
	if !known {
		return nil
	}
	q, known := g.queues[g.headerKeys(header)]
	if !known {
		return nil
	}
	return q.pop()
}
