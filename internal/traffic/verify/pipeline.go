package verify

import (
	"context"
	"runtime"
	"sync"

	"conformance/fixtures"
	"conformance/internal/contract"
	"conformance/internal/exchange"
	"conformance/internal/redact"
	"conformance/internal/session"
)

// The traffic goes through in chunks, several at a time. What looks at one interaction alone,
// decoding and reading, happens side by side. What remembers earlier ones, the labels of
// credentials and the rules that compare answers, happens in turns: chunk after chunk. So what is
// found does not depend on how many work.

// chunkSize is how many interactions one chunk has: enough that handing over costs nothing, and
// few enough that large bodies do not add up.
const chunkSize = 32

// chunk is some interactions that follow one another in one source.
type chunk struct {
	items []numbered
	// err is what ended the reading behind the items.
	err          error
	clean, judge turn

	exchanges []exchange.Exchange
	suspects  [][]redact.Suspect
	answers   []*contract.Answer // nil for those that are not judged
}

// numbered is an interaction and its number in its source, from 1.
type numbered struct {
	session.Item
	number int
}

// turn is a place in a row: before is closed when it begins, and done when it has ended.
type turn struct {
	before <-chan struct{}
	done   chan struct{}
}

// take waits for the turn, and passes it on.
func (t turn) take(work func()) {
	<-t.before
	work()
	close(t.done)
}

// after is the turn that follows.
func (t turn) after() turn { return turn{before: t.done, done: make(chan struct{})} }

// ended is a turn that is over already.
func ended() turn {
	t := turn{done: make(chan struct{})}
	close(t.done)
	return t
}

// source verifies the interactions of one source: a recording by itself, whose ids say nothing of
// those of another.
func (v *verification) source(ctx context.Context, source *session.Source) error {
	redactor, err := redact.NewTraffic(redact.TrafficOptions{})
	if err != nil {
		return wrong(err)
	}
	v.judge = contract.NewJudge()
	p := pipeline{v: v, redactor: redactor, clean: ended(), judge: ended()}
	workers := v.options.Workers
	if workers == 0 {
		// Some wait for their turn.
		workers = 2 * runtime.GOMAXPROCS(0)
	}
	p.slots = make(chan struct{}, workers)
	p.read(ctx, source)
	p.group.Wait()
	if ctx.Err() != nil {
		return interrupted(ctx.Err())
	}
	if p.failed != nil {
		return wrong(p.failed)
	}
	v.remember()
	return nil
}

// pipeline is the way of one source's interactions.
type pipeline struct {
	v        *verification
	redactor *redact.Traffic
	slots    chan struct{}
	group    sync.WaitGroup
	// clean and judge are the turns of the last chunk.
	clean, judge turn
	// failed is the first error in the order of the traffic. Only the turns to judge write it.
	failed error
}

// read cuts the source into chunks until it ends, a chunk has failed, or the context ends.
func (p *pipeline) read(ctx context.Context, source *session.Source) {
	var c chunk
	number := 0
	for item, err := range source.Items() {
		if err != nil {
			c.err = err
			break
		}
		number++
		p.v.index++
		if p.v.options.Part.Has(p.v.index - 1) {
			c.items = append(c.items, numbered{item, number})
		}
		if len(c.items) == chunkSize {
			if !p.start(ctx, &c) {
				return
			}
			c = chunk{}
		}
	}
	p.start(ctx, &c)
}

// start hands a chunk to a worker of its own. It reports false when nobody needs more.
func (p *pipeline) start(ctx context.Context, c *chunk) bool {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	p.clean, p.judge = p.clean.after(), p.judge.after()
	started := *c
	started.clean, started.judge = p.clean, p.judge
	p.group.Go(func() {
		p.work(&started)
		<-p.slots
	})
	return c.err == nil && ctx.Err() == nil
}

// work takes a chunk all the way.
func (p *pipeline) work(c *chunk) {
	c.decode()
	c.clean.take(func() {
		for i, item := range c.items {
			if item.Foreign {
				c.exchanges[i] = p.redactor.Clean(c.exchanges[i])
			}
		}
	})
	c.read(p.v)
	c.judge.take(func() {
		if p.failed == nil {
			p.v.judgeChunk(c)
			p.failed = c.err
		}
	})
}

// decode decodes the interactions up to the first that is damaged, and looks for secrets in what
// other programs have recorded.
func (c *chunk) decode() {
	for i, item := range c.items {
		e, err := item.Exchange()
		if err != nil {
			c.items, c.err = c.items[:i], err
			return
		}
		c.exchanges = append(c.exchanges, e)
		var found []redact.Suspect
		if item.Foreign {
			found = redact.Suspects(e)
		}
		c.suspects = append(c.suspects, found)
	}
}

// read reads the answers of the operation, and judges what they show by themselves.
func (c *chunk) read(v *verification) {
	c.answers = make([]*contract.Answer, len(c.items))
	for i, e := range c.exchanges {
		sent := v.sentFor(c.items[i], e)
		if v.isJudged(sent, e) {
			c.answers[i] = v.reader.Read(c.items[i].number, sent, e)
			v.reader.Inspect(c.answers[i])
		}
	}
}

// sentFor is the case that an exchange was sent for; nil for traffic that is not a run's.
func (v *verification) sentFor(item numbered, e exchange.Exchange) *fixtures.Case {
	if item.Foreign {
		return nil
	}
	return v.cases[e.Case]
}

// isJudged says whether the page says anything of an exchange. That of a case is judged whatever
// it sends.
func (v *verification) isJudged(sent *fixtures.Case, e exchange.Exchange) bool {
	_, of := contract.Unlock.Segment(e.Request.URL)
	return sent != nil || of && e.Request.Method == contract.Unlock.Method
}
