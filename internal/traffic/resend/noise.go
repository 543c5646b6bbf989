package resend

import (
	"fmt"

	"conformance/internal/exchange"
	"conformance/internal/session"
)

// noise is what was learnt from two recordings of one server: the places in which its answers
// differ anyway. Its zero value knows none.
type noise map[noisyPlace]bool

// noisyPlace is a kind of difference. That the server once gave a status says nothing of any other
// status, so that for these the new one counts.
type noisyPlace struct{ status, rule, where, is string }

func noisyPlaceOf(then exchange.Exchange, d Difference) noisyPlace {
	place := noisyPlace{status: statusPath(then), rule: d.Rule, where: d.pattern()}
	if d.Where == whereStatus || d.Where == whereConnection {
		place.is = d.Is
	}
	return place
}

// without marks the differences that were learnt to be noise.
func (n noise) without(then exchange.Exchange, differences []Difference) []found {
	if len(differences) == 0 {
		return nil
	}
	marked := make([]found, len(differences))
	for i, d := range differences {
		marked[i] = found{d, n[noisyPlaceOf(then, d)]}
	}
	return marked
}

// learn compares the recording with another one of the same server. The same requests are
// compared, in the order in which they were recorded; what only one of the two has is passed over.
func (r *run) learn(source *session.Source) error {
	other, err := session.Open(r.options.Noise)
	if err != nil {
		return err
	}
	defer other.Close()
	twins := map[uint64][]session.Item{}
	compared, comparer := 0, r.twins()
	base := other.Manifest.Target
	for item := range other.Items() {
		e, err := item.Exchange()
		if err != nil {
			return err
		}
		key := r.sameRequest(base, e)
		twins[key] = append(twins[key], item)
	}
	r.learnt = noise{}
	recording, err := newReading(r.options.Path, source)
	if err != nil {
		return err
	}
	for one, err := range recording.all() {
		if err != nil {
			return err
		}
		key := r.sameRequest(source.Manifest.Target, one.exchange)
		if len(twins[key]) == 0 {
			continue
		}
		twin, err := twins[key][0].Exchange()
		if err != nil {
			return err
		}
		twins[key] = twins[key][1:]
		compared++
		for _, d := range comparer.compare(compared, one.exchange, twin) {
			r.learnt[noisyPlaceOf(one.exchange, d)] = true
		}
	}
	if compared == 0 {
		return fmt.Errorf("%s: no request of it is one of %s; name another recording of the same requests", r.options.Noise, r.options.Path)
	}
	return nil
}

// sameRequest is the same for requests that two runs of the same cases have in common.
func (r *run) sameRequest(base string, e exchange.Exchange) uint64 {
	if len(e.Request.URL) >= len(base) && e.Request.URL[:len(base)] == base {
		e.Request.URL = e.Request.URL[len(base):]
	}
	return r.comparer.pledges.likeness(exchange.Exchange{Case: e.Case, Request: e.Request}, nil)
}
