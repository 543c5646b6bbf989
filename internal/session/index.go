package session

import (
	"cmp"
	"iter"
	"net/http"
	"slices"
	"sync/atomic"

	"conformance/internal/exchange"
)

// index finds the interactions of a recording for one Player. But for what has been used
// it does not change once it is made.
type index struct {
	recording *Recording
	options   PlayerOptions
	used      []atomic.Bool
	// byKey has for the hash of a requestKey the one interaction of that key, or where it
	// is negative the place of a group (see groupAt).
	byKey  map[uint64]int32
	groups []*group
	// firstOfCase and nextOfCase are chains of the interactions of one case and attempt.
	firstOfCase map[uint64]int32
	nextOfCase  []int32
	// authorizations ranks the hashes of those in the options; nil when there are none.
	authorizations map[uint64]int
}

// none ends a chain, and stands for no interaction.
const none = -1

// groupAt is the group that a negative value in byKey stands for.
func (x *index) groupAt(value int32) *group { return x.groups[-value-1] }

func newIndex(r *Recording, options PlayerOptions) *index {
	x := &index{
		recording: r, options: options,
		used:        make([]atomic.Bool, len(r.entries)),
		byKey:       make(map[uint64]int32, len(r.entries)+len(r.paths)),
		firstOfCase: map[uint64]int32{},
	}
	if options.Authorizations != nil {
		x.authorizations = map[uint64]int{}
	}
	for rank, value := range options.Authorizations {
		x.authorizations[r.hasher.text(authorizationKey(value))] = rank
	}
	for i := range r.entries {
		if !x.counts(r.entries[i].authorization) {
			continue
		}
		for key := range x.keys(&r.entries[i]) {
			x.add(key, int32(i))
		}
	}
	for _, g := range x.groups {
		g.queue.entries = x.best(g.queue.entries)
		x.inOrder(g.queue.entries)
		x.sortOut(g)
	}
	x.chainCases()
	return x
}

// add puts an interaction to those that have the same key.
func (x *index) add(key uint64, i int32) {
	value, known := x.byKey[key]
	switch {
	case !known:
		x.byKey[key] = i
	case value >= 0:
		x.groups = append(x.groups, &group{queue: queue{entries: []int32{value, i}}})
		x.byKey[key] = -int32(len(x.groups))
	default:
		g := x.groupAt(value)
		g.queue.entries = append(g.queue.entries, i)
	}
}

// counts tells whether the credential with that hash is one of those that count.
func (x *index) counts(authorization uint64) bool {
	_, counts := x.authorizations[authorization]
	return counts || x.authorizations == nil
}

// best are those of the interactions that have the best credential of theirs.
func (x *index) best(entries []int32) []int32 {
	if x.authorizations == nil {
		return entries
	}
	rank := func(i int32) int { return x.authorizations[x.recording.entries[i].authorization] }
	best := rank(slices.MinFunc(entries, func(a, b int32) int { return cmp.Compare(rank(a), rank(b)) }))
	return slices.DeleteFunc(entries, func(i int32) bool { return rank(i) > best })
}

// inOrder sorts interactions by the time at which they were recorded: those of one request can
// stand in several cassettes, by the statuses of their answers.
func (x *index) inOrder(entries []int32) {
	slices.SortStableFunc(entries, func(a, b int32) int {
		return cmp.Compare(x.recording.entries[a].started, x.recording.entries[b].started)
	})
}

// keys are those that the interaction can be asked for with.
func (x *index) keys(e *entry) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		h, rest := x.recording.hasher, x.rest(&e.fingerprint)
		if !yield(h.join(e.path, rest)) {
			return
		}
		for _, path := range x.recording.paths[e.morePaths.from:e.morePaths.to] {
			if !yield(h.join(path, rest)) {
				return
			}
		}
	}
}

// rest is the part of a key that is not the path.
func (x *index) rest(f *fingerprint) uint64 {
	h := x.recording.hasher
	rest := h.join(h.join(f.method, f.query), f.body)
	if x.options.IgnoreCredentials {
		return rest
	}
	return h.join(rest, f.authorization)
}

// hash is the key that a request is looked up with.
func (x *index) hash(key requestKey) uint64 {
	f := x.recording.hasher.key(key)
	return x.recording.hasher.join(f.path, x.rest(&f))
}

// chainCases chains the interactions of each case and attempt in recorded order.
func (x *index) chainCases() {
	if x.options.IgnoreCase {
		return
	}
	x.nextOfCase = make([]int32, len(x.recording.entries))
	for i := len(x.recording.entries) - 1; i >= 0; i-- {
		sent := x.recording.entries[i].sent
		if sent == 0 {
			continue
		}
		next, known := x.firstOfCase[sent]
		if !known {
			next = none
		}
		x.nextOfCase[i] = next
		x.firstOfCase[sent] = int32(i)
	}
}

// take marks an interaction as used. It reports false when it was used before.
func (x *index) take(i int32) bool { return x.used[i].CompareAndSwap(false, true) }

// pop takes the first interaction of a queue that was not used. When there is none left it
// returns what the options say, or none.
func (x *index) pop(q *queue) int32 {
	length := int64(len(q.entries))
	for {
		i := q.next.Add(1) - 1
		switch {
		case i < length:
			if x.take(q.entries[i]) {
				return q.entries[i]
			}
		case x.options.OnExhausted == ExhaustedLast:
			return q.entries[length-1]
		case x.options.OnExhausted == ExhaustedCycle:
			return q.entries[i%length]
		default:
			return none
		}
	}
}

// popOnly is pop where there is one interaction.
func (x *index) popOnly(i int32) int32 {
	if x.take(i) || x.options.OnExhausted == ExhaustedLast || x.options.OnExhausted == ExhaustedCycle {
		return i
	}
	return none
}

// reset makes every interaction unused.
func (x *index) reset() {
	for i := range x.used {
		x.used[i].Store(false)
	}
	for _, g := range x.groups {
		g.queue.next.Store(0)
		for _, q := range g.queues {
			q.next.Store(0)
		}
	}
}

// find takes the interaction that answers a request: that of the case it is sent for if it
// is the same request, else the next in order of those that are the same; none when there
// is none. A case and attempt name one interaction, however often they ask for it.
func (x *index) find(sent sentCase, key uint64, header http.Header) int32 {
	if i := x.findCase(sent, key); i != none {
		return i
	}
	value, known := x.byKey[key]
	switch {
	case !known:
		return none
	case value >= 0:
		return x.popOnly(value)
	}
	g := x.groupAt(value)
	if len(g.distinguishing) == 0 {
		return x.pop(&g.queue)
	}
	q, known := g.queues[x.sentHeaderKey(g, header)]
	if !known {
		return none
	}
	return x.pop(q)
}

// sentHeaderKey is the headerKey of a request.
func (x *index) sentHeaderKey(g *group, header http.Header) uint64 {
	header = exchange.Canonical(header)
	return x.headerKey(g, func(name string) uint64 {
		return x.recording.hasher.values(header[name])
	})
}

func (x *index) findCase(sent sentCase, key uint64) int32 {
	if sent.name == "" {
		return none
	}
	i, known := x.firstOfCase[x.recording.hasher.sent(sent)]
	if !known {
		return none
	}
	named := int32(none)
	for ; i != none; i = x.nextOfCase[i] {
		for candidate := range x.keys(&x.recording.entries[i]) {
			if candidate != key {
				continue
			}
			if x.take(i) {
				return i
			}
			if named == none {
				named = i
			}
		}
	}
	return named
}
