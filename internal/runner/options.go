// Package runner conducts a run: it finds out what to test, tests it, and makes the reports.
package runner

import (
	"io"
	"time"

	"conformance/internal/outcome"
	"conformance/internal/report"
	"conformance/internal/session"
	"conformance/internal/shard"
)

// Options are what the command line says of a run, and the world that it runs in.
type Options struct {
	ConfigFile string
	Target     string
	// Record and Replay are session folders; at most one is given.
	Record string
	Replay string
	// Sync says when what is recorded is made to last a power cut.
	Sync session.SyncPolicy
	// MaxAge is how old the replayed session may be; 0 for any age.
	MaxAge time.Duration
	Strict bool
	// Filter is an expression in Ginkgo's label syntax.
	Filter   string
	Baseline string
	// Concurrency is how many cases are sent at a time.
	Concurrency int
	Reports     []report.Destination
	// Formats write the reports.
	Formats report.Formats[*outcome.Run]
	// Timeout is the longest that the run takes; 0 sets no limit.
	Timeout time.Duration
	// FailFast ends the run at its first failure.
	FailFast bool
	// Retries is how often a request is sent again when it failed on its way.
	Retries int
	// Shard is the part of the cases that this run sends.
	Shard shard.Part
	// InsecureHTTP allows plain http to other machines than this one.
	InsecureHTTP bool
	// Verbose shows exchanges in Trace: a line for each from 1 on, everything from 2 on.
	Verbose int
	Trace   io.Writer
	// Fault is a fault or legal variant of the embedded reference.
	Fault string

	// Output takes the console report; Color, Width and Height say what it can show, and Live that
	// it is redrawn in place while the run goes on.
	Output        io.Writer
	Color, Live   bool
	Width, Height int
	// Quiet leaves the verdict alone of the console report.
	Quiet bool
	// Guard keeps GitHub from taking foreign text for commands; see report.ConsoleOptions.
	Guard string
	// TakeSignals is called when Ginkgo has begun, which takes the signals that end a program for
	// itself: it would leave out what the specs have to say of the answers that came before one.
	TakeSignals func()
	// Environ looks up an environment variable.
	Environ func(name string) (string, bool)
	// Now is the time of day, for the reports and the baseline's dates.
	Now func() time.Time
	// Version is this program's version.
	Version string
}
