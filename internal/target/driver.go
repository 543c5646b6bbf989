package target

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
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
	// and waited out; in a burst they are all of equal weight.
	Exchanges []exchange.Exchange
	// Unexercised says why nothing was sent, and which line of the config would change that;
	// empty when something was.
	Unexercised string
	// Note is a sentence worth reading in the report; empty when there is none.
	Note string
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
	// FaultAccount and FaultHeaders provoke an internal fault; both empty: nothing does.
	FaultAccount string
	FaultHeaders map[string]string
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

// provokesFault says whether the plan has a way to provoke an internal fault.
func (p Plan) provokesFault() bool { return p.FaultAccount != "" || len(p.FaultHeaders) > 0 }

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
}

// Driver drives the cases of a status path: it resolves what they speak of, sends them
// concurrently, and waits out a limit that comes in between.
type Driver struct {
	options DriverOptions
	// limited says that a 429 came where none was asked for. From then on the cases go one by
	// one, so that a wait is waited once and not by all at the same time.
	limited  atomic.Bool
	oneByOne sync.Mutex
}

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
	for i := range trials {
		trials[i] = make(chan Trial, 1)
	}
	var group errgroup.Group
	group.Go(func() error {
		var senders errgroup.Group
		senders.SetLimit(d.options.Concurrency)
		for i, c := range cases {
			senders.Go(func() error {
				trials[i] <- d.try(ctx, c)
				return nil
			})
		}
		return senders.Wait()
	})
	for _, trial := range trials {
		done(<-trial)
	}
	_ = group.Wait() // no sender returns an error: what went wrong is in its trial
}

// attempts bounds how often one case is sent before its 429 is taken for its answer.
const attempts = 10

// try sends one case, and again for as long as a limit that it does not test is in the way.
func (d *Driver) try(ctx context.Context, c fixtures.Case) Trial {
	if d.limited.Load() {
		d.oneByOne.Lock()
		defer d.oneByOne.Unlock()
	}
	trial := Trial{Case: c}
	stimulus, why := d.resolve(ctx, c)
	if why != "" {
		trial.Unexercised = why
		return trial
	}
	var waited time.Duration
	for stimulus.Attempt = 1; ; stimulus.Attempt++ {
		if err := d.options.Pace.Wait(ctx, d.options.Clock); err != nil {
			trial.Unexercised = "the run was interrupted"
			return trial
		}
		e := d.options.Sender.Send(ctx, stimulus)
		trial.Exchanges = append(trial.Exchanges, e)
		if e.Status() != http.StatusTooManyRequests || stimulus.Attempt == attempts {
			break
		}
		d.limited.Store(true)
		wait := d.pause(e, stimulus.Attempt)
		if wait > d.options.Plan.MaxWait || d.options.Clock.Sleep(ctx, wait) != nil {
			break
		}
		waited += wait
	}
	if n := len(trial.Exchanges); n > 1 {
		trial.Note = fmt.Sprintf("case %s: refused with 429 %d times and sent again after waiting %s in all", c.Name, n-1, waited)
	}
	return trial
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

// resolve makes a stimulus of a case. It returns why not when the config lacks what the case
// needs.
func (d *Driver) resolve(ctx context.Context, c fixtures.Case) (Stimulus, string) {
	plan := d.options.Plan
	stimulus := Stimulus{Case: c.Name, Attempt: 1, Method: c.Method, Header: http.Header{}}
	if ctx.Err() != nil {
		return stimulus, "the run was interrupted"
	}
	switch c.Account {
	case fixtures.Unlockable:
		if !plan.Consented() {
			return stimulus, "needs accounts.unlockable in the config: an account that may really be unlocked"
		}
		stimulus.Segment = segment(plan.Unlockable)
	case fixtures.Missing:
		stimulus.Segment = segment(plan.Missing)
	case fixtures.Probe:
		stimulus.Segment = segment(plan.Missing)
		if plan.Consented() {
			stimulus.Segment = segment(plan.Unlockable)
		}
	case fixtures.Fault:
		if !plan.provokesFault() {
			return stimulus, "needs provoke.internalFault in the config: an account or headers that provoke a fault"
		}
		stimulus.Segment = segment(plan.Missing)
		if plan.FaultAccount != "" {
			stimulus.Segment = segment(plan.FaultAccount)
		}
		setAll(stimulus.Header, plan.FaultHeaders)
	default:
		account, _ := d.options.Fixtures.Account(c.Account)
		stimulus.Segment = account.Segment
	}
	setAll(stimulus.Header, c.Headers)
	body, _ := d.options.Fixtures.Body(c.Body)
	stimulus.Body = body.Bytes
	if c.Method != http.MethodGet {
		stimulus.Header.Set("Content-Type", c.ContentType)
	}
	var why string
	stimulus.authorization, why = d.authorize(ctx, c)
	return stimulus, why
}

func (d *Driver) authorize(ctx context.Context, c fixtures.Case) (presented, string) {
	if c.Credential == fixtures.NoCredential {
		if c.Authorization == fixtures.Bearer {
			return presented{}, ""
		}
		return present(c.Authorization, "", ""), ""
	}
	token, err := d.options.Credentials.Token(ctx, c.Credential)
	switch {
	case errors.Is(err, ErrNoCredential):
		return presented{}, fmt.Sprintf("needs credentials.%s in the config", c.Credential)
	case err != nil:
		return presented{}, err.Error()
	}
	return present(c.Authorization, c.Credential, token), ""
}

func setAll(header http.Header, values map[string]string) {
	for name, value := range values {
		header.Set(name, value)
	}
}
