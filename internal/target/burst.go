package target

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"conformance/fixtures"
	"conformance/internal/contract"
	"conformance/internal/exchange"
)

// Limit is what a burst brought about.
type Limit struct {
	// Single is the request that was sent alone, to see what one gets.
	Single Trial
	Burst  Trial
	// After is the request that was sent after the wait that the 429s asked for.
	After Trial
	// Whole says that the wait was as long as they asked for, and not cut by Plan.MaxWait.
	Whole bool
}

// Provoke sends a single request, then the same one in a burst until some 429s have come or the plan's
// number is reached, then one more after the wait that the 429s ask for.
func (d *Driver) Provoke(ctx context.Context, single, burst, after fixtures.Case) Limit {
	now := make(chan struct{})
	close(now)
	limit := Limit{Single: d.try(ctx, single, now), Burst: Trial{Case: burst}, After: Trial{Case: after}}
	d.learn(limit.Single)
	if limit.Single.Unexercised != "" {
		limit.Burst.Unexercised = limit.Single.Unexercised
		limit.After.Unexercised = limit.Single.Unexercised
		return limit
	}
	begun := d.options.Clock.Now()
	resume, says := d.burst(ctx, &limit.Burst)
	took := d.options.Clock.Now().Sub(begun)
	switch {
	case limit.Burst.Unexercised != "":
		limit.After.Unexercised = limit.Burst.Unexercised
	case ctx.Err() != nil:
		limit.After.Unexercised = string(WhyEnded(ctx))
	case refusals(limit.Burst) == 0:
		limit.After.Unexercised = "the limit was not reached: " + rateOf(len(limit.Burst.Exchanges), took) +
			"; raise provoke.rateLimit.requests"
	case !says:
		limit.After.Unexercised = "no 429 said how long to wait"
	default:
		limit.Whole = d.resume(ctx, resume, &limit.After)
	}
	return limit
}

// resume waits until service should resume, and sends what is to be sent then. It is false
// when the plan's longest wait is shorter.
func (d *Driver) resume(ctx context.Context, at time.Time, trial *Trial) bool {
	wait := at.Sub(d.options.Clock.Now())
	whole := wait <= d.options.Plan.MaxWait
	if d.options.Clock.Sleep(ctx, min(wait, d.options.Plan.MaxWait)) != nil {
		trial.Unexercised = string(WhyEnded(ctx))
		return whole
	}
	stimulus, why := d.resolve(ctx, trial.Case)
	if why != "" {
		trial.Unexercised = why
		return whole
	}
	if !d.send(ctx, &stimulus, trial) {
		trial.Unexercised = string(WhyEnded(ctx))
	}
	return whole
}

// burst sends the burst in waves, so that it can stop soon after the first 429. It returns when
// service resumes by the latest of all the Retry-After values; false when there is none.
func (d *Driver) burst(ctx context.Context, trial *Trial) (resume time.Time, says bool) {
	plan := d.options.Plan
	stimulus, why := d.resolve(ctx, trial.Case)
	if why != "" {
		trial.Unexercised = why
		return resume, false
	}
	setAll(stimulus.Header, plan.BurstHeaders)
	for sent := 0; sent < plan.BurstRequests && refusals(*trial) < enoughRefusals && ctx.Err() == nil; {
		wave := make([]exchange.Exchange, min(plan.BurstConcurrency, plan.BurstRequests-sent))
		received := make([]time.Time, len(wave))
		var senders errgroup.Group
		for i := range wave {
			one := stimulus
			one.Attempt = sent + i + 1
			senders.Go(func() error {
				wave[i] = d.options.Sender.Send(ctx, one)
				received[i] = d.options.Clock.Now()
				return nil
			})
		}
		_ = senders.Wait() // no sender returns an error: what went wrong is in its exchange
		for i, e := range wave {
			if wait, has := contract.RetryDelay(e, received[i]); has && e.Status() == http.StatusTooManyRequests {
				if at := received[i].Add(wait); !says || at.After(resume) {
					resume, says = at, true
				}
			}
		}
		sent += len(wave)
		trial.Exchanges = append(trial.Exchanges, slices.DeleteFunc(wave, brokenOff)...)
	}
	if len(trial.Exchanges) == 0 {
		trial.Unexercised = string(WhyEnded(ctx))
	}
	return resume, says
}

// enoughRefusals is how many 429s end a burst: more than one, to see that the limit holds.
const enoughRefusals = 4

// refusals counts the 429s that came.
func refusals(trial Trial) int {
	count := 0
	for _, e := range trial.Exchanges {
		if e.Status() == http.StatusTooManyRequests {
			count++
		}
	}
	return count
}

func rateOf(requests int, took time.Duration) string {
	if took <= 0 {
		return fmt.Sprintf("%d requests were sent", requests)
	}
	return fmt.Sprintf("%d requests were sent, %.0f a second", requests, float64(requests)/took.Seconds())
}
