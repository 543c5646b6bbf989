package session

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"conformance/internal/clock"
	"conformance/internal/exchange"
)

// DefaultBodyLimit is how many bytes of a body are kept where a Capture sets no limit.
const DefaultBodyLimit = 8 << 20

// Capture is what becomes of the exchanges that a Recorder or a Tap sees.
//
// An exchange holds what the wire carried, as far as net/http tells it. Beside the headers
// that net/http hands over it has Transfer-Encoding, which that keeps apart. The Host header
// is the host of the URL, and stands among the headers only where it is another. What
// net/http does not tell are the order and the spelling of header names, trailers, and
// answers with a status below 200.
type Capture struct {
	// Sink takes each exchange when it has ended: before the client can read the end of its
	// answer. It runs on the goroutine of that client or handler and must be safe for
	// concurrent use. It has no error to return, so that the traffic goes on whatever happens.
	Sink func(exchange.Exchange)
	// Clean replaces secrets by labels, before the exchange reaches Sink; nil replaces none.
	Clean func(exchange.Exchange) exchange.Exchange
	// BodyLimit is how many bytes of each body are kept; 0 means DefaultBodyLimit. The traffic
	// itself is not cut. The exchange gets a failure of the kind TooLarge.
	BodyLimit int
	// Clock measures the times; nil is the system's.
	Clock clock.Clock
}

// captor makes observations for as long as a Recorder or Tap exists.
type captor struct {
	Capture
	began time.Time
}

func newCaptor(capture Capture) *captor {
	if capture.BodyLimit <= 0 {
		capture.BodyLimit = DefaultBodyLimit
	}
	if capture.Clock == nil {
		capture.Clock = clock.System{}
	}
	return &captor{Capture: capture, began: capture.Clock.Now()}
}

// observation is one exchange while it happens.
type observation struct {
	captor  *captor
	started time.Time
	ended   sync.Once
	// request is what is known before the request is sent; header, if not nil, is asked for
	// the rest of it at the end.
	exchange     exchange.Exchange
	header       func() http.Header
	requestBody  *kept
	responseBody *kept
}

func (c *captor) observe(request exchange.Request) *observation {
	return &observation{
		captor: c, started: c.Clock.Now(),
		exchange:     exchange.Exchange{Request: request},
		requestBody:  &kept{limit: c.BodyLimit},
		responseBody: &kept{limit: c.BodyLimit},
	}
}

// end hands the exchange over, the first time that it is called.
func (o *observation) end(failure *exchange.Failure) {
	o.ended.Do(func() {
		e := o.exchange
		e.Started = o.started.Sub(o.captor.began)
		e.Duration = o.captor.Clock.Now().Sub(o.started)
		if o.header != nil {
			e.Request.Header = o.header()
		}
		var cut *exchange.Failure
		if e.Request.Body, cut = o.requestBody.take("request"); cut != nil && failure == nil {
			failure = cut
		}
		if e.Response != nil {
			if e.Response.Body, cut = o.responseBody.take("answer"); cut != nil && failure == nil {
				failure = cut
			}
		}
		e.Failure = failure
		if o.captor.Clean != nil {
			e = o.captor.Clean(e)
		}
		o.captor.Sink(e)
	})
}

// kept is the beginning of a body that goes by. It is safe for concurrent use.
type kept struct {
	mutex sync.Mutex
	limit int
	bytes []byte
	cut   bool // there was more than the limit
	taken bool // the exchange has ended; what comes now is too late
}

// add keeps a copy of the next part, or of so much of it as the limit allows.
func (k *kept) add(part []byte) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.taken {
		return
	}
	if room := k.limit - len(k.bytes); len(part) > room {
		k.cut = true
		part = part[:room]
	}
	k.bytes = append(k.bytes, part...)
}

// restart forgets what was kept: the body is sent again from its beginning.
func (k *kept) restart() {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if !k.taken {
		k.bytes, k.cut = nil, false
	}
}

// take is what was kept of the request's or answer's body, and a failure when that is not
// all of it.
func (k *kept) take(whose string) ([]byte, *exchange.Failure) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.taken = true
	if !k.cut {
		return k.bytes, nil
	}
	return k.bytes, &exchange.Failure{Kind: exchange.TooLarge, Message: fmt.Sprintf(
		"the %s's body goes on after %d bytes, which is as much as was recorded of it", whose, k.limit)}
}
