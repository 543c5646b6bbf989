package resend

import (
	"hash/maphash"
	"net/http"
	"slices"
	"strings"
	"sync"

	"conformance/fixtures"
	"conformance/internal/contract"
	"conformance/internal/exchange"
)

// openStatuses know which statuses the page leaves open for a request. It is safe for
// concurrent use.
type openStatuses struct {
	cases *fixtures.Set

	seed  maphash.Seed
	mutex *sync.Mutex
	// belowLimit is the recorded status of requests that were not limited.
	belowLimit map[uint64]int
}

func newOpenStatuses(set *fixtures.Set) openStatuses {
	return openStatuses{cases: set, seed: maphash.MakeSeed(), mutex: &sync.Mutex{}, belowLimit: map[uint64]int{}}
}

// choice is a kind of request that may be refused in several ways.
type choice struct {
	about    string
	is       func(exchange.Request) bool
	statuses []int
}

// choices are for traffic of other programs; of requests that a run sent the case knows.
var choices = []choice{
	{"a method that the page does not have", func(r exchange.Request) bool { return r.Method != contract.Unlock.Method },
		[]int{400, 401, 403, 404, 405, 501}},
	{"an account id that no system gives", hasOddID, []int{400, 404, 414, 431}},
	{"a media type other than JSON", func(r exchange.Request) bool {
		return exchange.MediaType(r.Header.Get("Content-Type")) != "application/json"
	},
		[]int{400, 415}},
}

// longestID is how long, in bytes, an account id may be before it is odd.
const longestID = 255

func hasOddID(r exchange.Request) bool {
	segment, _ := contract.Unlock.Segment(r.URL)
	return strings.Contains(segment, "%") || len(segment) > longestID
}

// has tells whether the page leaves both statuses open for the recorded request.
func (o openStatuses) has(then exchange.Exchange, was, is int) bool {
	both := func(statuses []int) bool { return slices.Contains(statuses, was) && slices.Contains(statuses, is) }
	if c, known := o.cases.Case(then.Case); known {
		// Room that the page merely leaves excuses nobody who unlocks what was refused before.
		return both(c.Expect) || is != http.StatusAccepted && both(slices.Concat(c.Expect, c.Warn))
	}
	return slices.ContainsFunc(choices, func(c choice) bool { return both(c.statuses) && c.is(then.Request) })
}

// mostRemembered bounds how many different requests are remembered.
const mostRemembered = 1 << 16

// remember keeps what a request got that was not over a limit.
func (o openStatuses) remember(then exchange.Exchange) {
	status := then.Status()
	if status == 0 || status == http.StatusTooManyRequests {
		return
	}
	key := o.key(then.Request)
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if _, known := o.belowLimit[key]; !known && len(o.belowLimit) < mostRemembered {
		o.belowLimit[key] = status
	}
}

// usual is the status that the same request got when it was not over a limit; 0 when it is not known.
func (o openStatuses) usual(then exchange.Exchange) int {
	key := o.key(then.Request)
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.belowLimit[key]
}

func (o openStatuses) key(r exchange.Request) uint64 {
	var hash maphash.Hash
	hash.SetSeed(o.seed)
	for _, text := range []string{r.Method, r.URL, r.Header.Get("Authorization"), string(r.Body)} {
		hash.WriteString(text)
		hash.WriteByte(0)
	}
	return hash.Sum64()
}
