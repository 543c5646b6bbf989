package resend

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"conformance/internal/contract"
	"conformance/internal/exchange"
	"conformance/internal/session"
	"conformance/internal/subject"
	"conformance/internal/target"
)

// run is one replay.
type run struct {
	options Options
	subject *subject.Subject
	planner *planner
	sender  *target.Sender
	// pace is that of --rate; nil for none.
	pace     *target.Pace
	comparer *comparer
	// twins makes a comparer for another pair of recordings.
	twins   func() *comparer
	learnt  noise
	started time.Time

	counts *counts
	// hopeless says that waiting did not help the last request that met a limit: then the next does
	// not wait, until one gets through.
	hopeless atomic.Bool
	// lacking is what this machine lacked first to send a request; nil when that was nothing.
	lacking atomic.Pointer[exchange.Failure]
	// through counts the answers that were no 429.
	through  atomic.Int64
	tally    *tally
	unsent   *unsent
	warnings []string
	took     time.Duration
}

// counts are how far a replay is.
type counts struct {
	recorded, sent, failed, waited, breaking atomic.Int64
	// total is how many interactions there are; 0 while that is not known.
	total atomic.Int64
}

// send sends everything that is to be sent, and returns when all answers are compared or the
// context has ended. The error is one of the recording.
func (r *run) send(ctx context.Context, source *session.Source) error {
	stopProgress := r.showProgress(source)
	defer stopProgress()
	begun := r.subject.Clock.Now()
	queue := newLanes()
	var workers sync.WaitGroup
	tallies := make([]*tally, r.options.Concurrency)
	for i := range tallies {
		tallies[i] = newTally()
		workers.Go(func() { queue.work(func(j *job) { r.do(ctx, j, tallies[i]) }) })
	}
	recording, err := newReading(r.options.Path, source)
	if err == nil {
		err = r.read(ctx, recording, begun, queue)
		r.warnings = recording.warnings()
	}
	queue.close()
	workers.Wait()
	for _, one := range tallies {
		r.tally.merge(one)
	}
	r.took = r.subject.Clock.Now().Sub(begun)
	return err
}

// read puts the recorded requests into their lanes, when it is time for each.
func (r *run) read(ctx context.Context, recording *reading, begun time.Time, queue *lanes) error {
	number := 0
	for one, err := range recording.all() {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		number++
		if !r.options.Shard.Has(number - 1) {
			continue
		}
		r.counts.recorded.Add(1)
		then := one.exchange
		r.comparer.open.remember(then)
		stimulus, lane, refused := r.planner.request(ctx, then)
		if refused != nil {
			r.unsent.add(*refused)
			continue
		}
		if r.options.Speed > 0 {
			due := time.Duration(float64(then.Started) / r.options.Speed)
			if r.subject.Clock.Sleep(ctx, due-r.subject.Clock.Now().Sub(begun)) != nil {
				return nil
			}
		}
		if r.pace.Wait(ctx, r.subject.Clock) != nil || r.subject.Pace.Wait(ctx, r.subject.Clock) != nil {
			return nil
		}
		if queue.add(ctx, lane, &job{number: number, place: one.item.String(), then: then, stimulus: stimulus}) != nil {
			return nil
		}
	}
	return nil
}

// do sends one request and compares its answer.
func (r *run) do(ctx context.Context, j *job, t *tally) {
	if ctx.Err() != nil {
		return
	}
	now, untrue := r.answer(ctx, j)
	if now.Failure != nil && now.Failure.Kind == exchange.Local {
		r.lacking.CompareAndSwap(nil, now.Failure)
		r.unsent.add(refusal{now.Failure.Message, j.place})
		return
	}
	if !sent(now) {
		return
	}
	r.counts.sent.Add(1)
	if now.Failure != nil {
		r.counts.failed.Add(1)
	}
	differences := r.comparer.compare(j.number, j.then, now)
	if untrue {
		differences = append(differences, Difference{retryAfterUntrue, whereHeader("Retry-After"),
			"an answer after the wait", fmt.Sprintf("429 after %d waits", mostWaits)})
	}
	worst := t.add(j, now, r.learnt.without(j.then, differences))
	if worst == Breaking {
		r.counts.breaking.Add(1)
	}
}

// mostWaits bounds how often one request waits for a limit.
const mostWaits = 5

// answer sends a request. Where a limit is in the way that the recording did not meet, it waits for
// as long as the 429 asks, if that is not longer than the plan allows, and sends it again: recorded
// runs waited too. It is untrue what the 429s asked for when all waits were in vain, although no
// other request got through meanwhile.
func (r *run) answer(ctx context.Context, j *job) (now exchange.Exchange, untrue bool) {
	through, asked := r.through.Load(), true
	for waits := 0; ; waits++ {
		now = r.sender.Send(ctx, j.stimulus)
		if now.Status() != http.StatusTooManyRequests {
			r.through.Add(1)
			r.hopeless.Store(false)
			return now, false
		}
		if j.then.Status() == http.StatusTooManyRequests || r.hopeless.Load() {
			return now, false
		}
		pause, says := contract.RetryDelay(now, r.subject.Clock.Now())
		if !says {
			pause, asked = time.Duration(waits+1)*time.Second, false
		}
		if pause > r.subject.Plan.MaxWait || waits == mostWaits {
			r.hopeless.Store(true)
			return now, waits == mostWaits && asked && r.through.Load() == through
		}
		r.counts.waited.Add(1)
		if r.subject.Clock.Sleep(ctx, pause) != nil {
			return now, false
		}
	}
}
