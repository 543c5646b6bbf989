package resend

import (
	"iter"
	"os"
	"path/filepath"

	"conformance/internal/exchange"
	"conformance/internal/redact"
	"conformance/internal/session"
)

// recorded is an interaction with its exchange, free of secrets.
type recorded struct {
	item     session.Item
	exchange exchange.Exchange
}

// reading reads recorded traffic in the order in which it was sent. A session has a cassette for
// each status path, recorded side by side: the next interaction is the one of the cassettes' next
// that began first, and of the first cassette where they began together. Memory holds one
// interaction of each cassette.
type reading struct {
	sources []*session.Source
	cleaner *redact.Traffic
	// more are the warnings of the session as a whole.
	more []string
}

// newReading opens each cassette of a session's folder by itself. The error is one of the session.
func newReading(path string, source *session.Source) (*reading, error) {
	cleaner, err := redact.NewTraffic(redact.TrafficOptions{})
	if err != nil {
		return nil, err
	}
	r := &reading{cleaner: cleaner, sources: []*session.Source{source}}
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() || len(source.Manifest.Cassettes) < 2 || source.Manifest.Unfinished {
		return r, nil
	}
	r.sources, r.more = nil, source.Warnings()
	for _, name := range source.Manifest.Cassettes {
		one, err := session.OpenSource(filepath.Join(path, name))
		if err != nil {
			return nil, err
		}
		r.sources = append(r.sources, one)
	}
	return r, nil
}

// warnings are sentences about what was left out: all of them once everything was read.
func (r *reading) warnings() []string {
	all := r.more
	for _, source := range r.sources {
		all = append(all, source.Warnings()...)
	}
	return all
}

// all hands out the interactions. The errors are those of the session; after one there is no more.
func (r *reading) all() iter.Seq2[recorded, error] {
	return func(yield func(recorded, error) bool) {
		heads := make([]*head, 0, len(r.sources))
		for _, one := range r.sources {
			next, stop := iter.Pull2(one.Items())
			defer stop()
			h := &head{next: next, cleaner: r.cleaner}
			heads = append(heads, h)
			h.advance()
		}
		for {
			first := earliest(heads)
			if first == nil || !yield(first.current, first.err) || first.err != nil {
				return
			}
			first.advance()
		}
	}
}

// head is the next interaction of one source.
type head struct {
	next    func() (session.Item, error, bool)
	cleaner *redact.Traffic
	current recorded
	err     error
	done    bool
}

func (h *head) advance() {
	item, err, more := h.next()
	if !more {
		h.done = true
		return
	}
	h.current, h.err = recorded{item: item}, err
	if err != nil {
		return
	}
	if h.current.exchange, h.err = item.Exchange(); h.err == nil && item.Foreign {
		h.current.exchange = h.cleaner.Clean(h.current.exchange)
	}
}

// earliest is the head that comes first; nil when all are done. An error comes before everything.
func earliest(heads []*head) *head {
	var first *head
	for _, h := range heads {
		switch {
		case h.done:
		case h.err != nil:
			return h
		case first == nil || h.current.exchange.Started < first.current.exchange.Started:
			first = h
		}
	}
	return first
}
