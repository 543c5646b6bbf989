package session

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"conformance/internal/exchange"
)

// Sequence answers requests in the order in which a recording was made, and in no other: the
// first request gets the answer to the first that was recorded, if it is the same request, and
// so on. It is safe for concurrent use; requests under way at a time are taken one by one.
type Sequence struct {
	recording   *Recording
	onExhausted OnExhausted
	order       []int32

	mutex sync.Mutex
	next  int
}

// NewSequence puts the interactions of a recording in order. When all of them have been
// answered, requests get what onExhausted says: with ExhaustedLast the last answer again, if
// they are the same as the last request.
func NewSequence(r *Recording, onExhausted OnExhausted) *Sequence {
	s := &Sequence{recording: r, onExhausted: onExhausted, order: make([]int32, len(r.entries))}
	for i := range s.order {
		s.order[i] = int32(i)
	}
	slices.SortStableFunc(s.order, func(a, b int32) int {
		return cmp.Compare(r.entries[a].started, r.entries[b].started)
	})
	return s
}

// Next is the exchange, without its request, that comes next, if a player of the same recording
// takes the request for the same. Otherwise the sequence stays where it is. The body and the
// errors are those of Player.Next.
func (s *Sequence) Next(p *Player, request *http.Request, body []byte) (exchange.Exchange, error) {
	if err := request.Context().Err(); err != nil {
		return exchange.Exchange{}, err
	}
	key := p.keyOf(request, body)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	at := s.place()
	if at == none {
		return exchange.Exchange{}, unrecorded("%s: all %d recorded interactions have been answered; begin again, or record more", asked(key), len(s.order))
	}
	i := s.order[at]
	if !p.index.isSame(i, key, request.Header) {
		return exchange.Exchange{}, unrecorded("%s", p.index.explainNext(int(i), at+1, key, request.Header))
	}
	e, err := s.recording.answer(int(i))
	if err == nil {
		s.next = at + 1
		p.index.used[i].Store(true)
	}
	return e, err
}

// place is where in the order the next interaction stands, or none at the end.
func (s *Sequence) place() int {
	switch {
	case s.next < len(s.order):
		return s.next
	case len(s.order) == 0:
		return none
	case s.onExhausted == ExhaustedLast:
		return len(s.order) - 1
	case s.onExhausted == ExhaustedCycle:
		return 0
	}
	return none
}

// Reset begins the sequence again.
func (s *Sequence) Reset() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.next = 0
}

// isSame tells whether a request is the same as that of an interaction.
func (x *index) isSame(i int32, key requestKey, header http.Header) bool {
	hash := x.hash(key)
	for candidate := range x.keys(&x.recording.entries[i]) {
		if candidate != hash {
			continue
		}
		value := x.byKey[hash]
		if value >= 0 {
			return value == i
		}
		g := x.groupAt(value)
		recorded := x.headerKey(g, func(name string) uint64 { return valuesIn(x.headersOf(i), name) })
		return recorded == x.sentHeaderKey(g, header)
	}
	return false
}

// explainNext says in what a request differs from the one that comes next.
func (x *index) explainNext(i, number int, key requestKey, header http.Header) string {
	item := x.recording.item(i)
	e, err := item.Exchange()
	if err != nil {
		return fmt.Sprintf("%s is not what comes next, nor can that be shown: %v", asked(key), err)
	}
	return fmt.Sprintf("%s is not what comes next in the recording; that is number %d of it, %s, which differs in %s; send the requests in recorded order",
		asked(key), number, item, listed(x.differences(e, key, exchange.Canonical(header))))
}

// asked is a request in a few words.
func asked(key requestKey) string { return fmt.Sprintf("%s /%s", key.method, clip(key.path, 200)) }

func unrecorded(format string, arguments ...any) *exchange.Failure {
	return &exchange.Failure{Kind: exchange.NotRecorded, Message: fmt.Sprintf(format, arguments...)}
}
