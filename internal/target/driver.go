package target

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"conformance/fixtures"
	"conformance/internal/clock"
	"conformance/internal/contract"
	"conformance/internal/exchange"
)

// Trial is a case and what came of it.
type Trial struct {
	Case fixtures.Case
	// Exchanges are in the order of their attempts. All but the last were refused with 429
	// and waited out, or failed and were retried; in a burst they are all of equal weight.
	Exchanges []exchange.Exchange
	// Unexercised says why nothing was sent, and which line of the config would change that;
	// empty when something was.
	Unexercised string
	// Notes are sentences worth reading in the report.
	Notes []string

	// retried are the indexes of the exchanges that failed and were retried.
	retried []int
	// refused counts the 429s that stood in the way.
	refused int
}

// Last is the exchange that decides the case; false when nothing was sent.
func (t Trial) Last() (exchange.Exchange, bool) {
	if len(t.Exchanges) == 0 {
		return exchange.Exchange{}, false
	}
	return t.Exchanges[len(t.Exchanges)-1], true
}

// Plan is what the config says of the cases: the accounts, and how to provoke what a request
// alone does not.
type Plan struct {
	// Unlockable is the one account that may really be unlocked; empty without consent.
	Unlockable string
	// Missing is an account that does not exist.
	Missing string
	// FaultAccount, FaultHeaders and FaultBody provoke an internal fault; all empty: nothing does.
	FaultAccount string
	FaultHeaders map[string]string
	FaultBody    string
	// BurstHeaders go with each request of the burst.
	BurstHeaders map[string]string
	// BurstRequests is how many requests the burst sends at the most, BurstConcurrency how many
	// of them at a time.
	BurstRequests    int
	BurstConcurrency int
	// MaxWait bounds one wait that a 429 asks for.
	MaxWait time.Duration
}

// Consented says whether there is an account that may really be unlocked.
func (p Plan) Consented() bool { return p.Unlockable != "" }

// ProvokesFault says whether the plan has a way to provoke an internal fault.
func (p Plan) ProvokesFault() bool {
	return p.FaultAccount != "" || len(p.FaultHeaders) > 0 || p.FaultBody != ""
}

// DriverOptions are what a Driver needs.
type DriverOptions struct {
	Sender      *Sender
	Credentials Credentials
	Fixtures    *fixtures.Set
	Plan        Plan
	Clock       clock.Clock
	// Concurrency is how many cases are driven at a time; at least 1.
	Concurrency int
	// Pace is asked before each request outside the burst; nil for no limit.
	Pace *Pace
	// Retries is how often a request outside the burst is sent again when it failed on its way.
	Retries int
}

// Driver drives the cases of a status path: it resolves what they speak of, sends them
// concurrently, and waits out a limit that comes in between.
type Driver struct {
	options DriverOptions
	// limited says that a 429 came where none was asked for. From then on the cases go one by
	// one, so that a wait is waited once and not by all at the same time.
	limited atomic.Bool
	// hopeless says that waiting did not help the last case: then the next does not wait.
	// Only the case whose turn it is looks at it.
	hopeless bool
}

// MostConcurrency bounds how many requests are under way at a time: more than any deployment of
// this operation is to be tested with, and no more than one machine can hold.
const MostConcurrency = 1024

// NewDriver makes a driver.
func NewDriver(options DriverOptions) *Driver {
	options.Concurrency = max(1, options.Concurrency)
	options.Plan.BurstConcurrency = max(1, options.Plan.BurstConcurrency)
	return &Driver{options: options}
}

// Plan is what the driver goes by.
func (d *Driver) Plan() Plan { return d.options.Plan }

// Drive sends the cases and hands over each trial in the order of the cases, as soon as those
// before it are done. It returns when all are, or when the context has ended: then the rest
// are unexercised.
func (d *Driver) Drive(ctx context.Context, cases []fixtures.Case, done func(Trial)) {
	trials := make([]chan Trial, len(cases))
	turns := make([]chan struct{}, len(cases))
	for i := range cases {
		trials[i] = make(chan Trial, 1)
		turns[i] = make(chan struct{})
	}
	var group errgroup.Group
	group.Go(func() error {
		var senders errgroup.Group
		senders.SetLimit(d.options.Concurrency)
		for i, c := range cases {
			senders.Go(func() error {
				trials[i] <- d.try(ctx, c, turns[i])
				return nil
			})
		}
		return senders.Wait()
	})
	for i := range cases {
		close(turns[i])
		trial := <-trials[i]
		d.learn(trial)
		done(trial)
	}
	_ = group.Wait() // no sender returns an error: what went wrong is in its trial
}

// learn takes from a trial whether waiting helps.
func (d *Driver) learn(trial Trial) {
	if last, sent := trial.Last(); sent && last.Status() != http.StatusTooManyRequests {
		d.hopeless = false
	} else if trial.refused == attempts {
		d.hopeless = true
	}
}

// attempts bounds how often one case is sent before its 429 is taken for its answer.
const attempts = 10

// try sends one case, and again for as long as a limit that it does not test is in the way.
// That needs its turn: the channel is closed when all cases before it are done. So the number
// of attempts follows from the answers alone, and a replay makes the same.
func (d *Driver) try(ctx context.Context, c fixtures.Case, turn <-chan struct{}) Trial {
	trial := Trial{Case: c}
	if d.limited.Load() {
		<-turn
	}
	stimulus, why := d.resolve(ctx, c)
	if why != "" {
		trial.Unexercised = why
		return trial
	}
	var waited time.Duration
	for d.send(ctx, &stimulus, &trial) {
		e, _ := trial.Last()
		if e.Status() != http.StatusTooManyRequests {
			break
		}
		trial.refused++
		pause := d.pause(e, trial.refused)
		if pause > d.options.Plan.MaxWait || trial.refused == attempts {
			break
		}
		resume := d.options.Clock.Now().Add(pause)
		d.limited.Store(true)
		<-turn
		if d.hopeless {
			break
		}
		// Where others waited meanwhile, less of the pause is left.
		left := max(0, resume.Sub(d.options.Clock.Now()))
		if d.options.Clock.Sleep(ctx, left) != nil {
			break
		}
		waited += left
		stimulus.Attempt++
	}
	last, sent := trial.Last()
	again := trial.refused
	if last.Status() == http.StatusTooManyRequests {
		again--
	}
	if !sent {
		trial.Unexercised = string(WhyEnded(ctx))
	} else if again > 0 {
		trial.Notes = append(trial.Notes, fmt.Sprintf("case %s: refused with 429 %s and sent again after waiting %s in all",
			c.Name, times(again), waited.Round(time.Millisecond)))
	}
	return trial
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// pause is how long to wait after a 429 that no case asked for: as long as it says, or where
// it does not, one second more for each attempt.
func (d *Driver) pause(e exchange.Exchange, attempt int) time.Duration {
	wait, says := contract.RetryDelay(e, d.options.Clock.Now())
	if !says {
		return time.Duration(attempt) * time.Second
	}
	return wait
}
