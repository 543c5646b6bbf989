// Package outcome is what a run found: an outcome for each requirement in each case, and
// the verdict that follows from them.
package outcome

import (
	"fmt"
	"time"

	"conformance/internal/exchange"
)

// Outcome is what became of one requirement in one case.
type Outcome string

// The outcomes, from the best to the worst to the unknown.
const (
	Pass   Outcome = "pass"
	Warn   Outcome = "warn"   // a SHOULD was broken
	Known  Outcome = "known"  // a failure that the baseline excuses
	Fail   Outcome = "fail"   // a MUST was broken
	Waived Outcome = "waived" // not exercised, and the config says why that is accepted
	Skip   Outcome = "skip"   // not exercised
)

// Level is how binding a requirement is.
type Level string

// The levels: what the page says, and what only a standard or an example says.
const (
	Must   Level = "MUST"
	Should Level = "SHOULD"
)

// Requirement is one checkable statement.
type Requirement struct {
	ID       string `yaml:"id" json:"id"`
	Level    Level  `yaml:"level" json:"level"`
	Status   string `yaml:"status" json:"status"`
	Sentence string `yaml:"sentence" json:"sentence"`
	Source   string `yaml:"source" json:"source"`
	Checks   string `yaml:"checks" json:"checks"`
}

// Result is the outcome of one requirement in one case.
type Result struct {
	Requirement string  `json:"requirement"`
	Case        string  `json:"case"`
	Status      string  `json:"status"`
	Level       Level   `json:"level"`
	Outcome     Outcome `json:"outcome"`
	// Message says in one sentence why the outcome is not a pass.
	Message string `json:"message,omitempty"`
	// Pointer is the place: a JSON Pointer into the body, or "header NAME", or "status".
	Pointer  string `json:"pointer,omitempty"`
	Expected string `json:"expected,omitempty"`
	Actual   string `json:"actual,omitempty"`
	// Exchange is the number of the exchange, from 1; 0 when there was none.
	Exchange int `json:"exchange,omitempty"`
}

// Outcomes are all outcomes.
var Outcomes = []Outcome{Pass, Warn, Known, Fail, Waived, Skip}

// Verdict is what a run as a whole says of the target.
type Verdict string

// The verdicts. A failure outranks incompleteness.
const (
	Conformant    Verdict = "conformant"
	Nonconformant Verdict = "nonconformant"
	Incomplete    Verdict = "incomplete"
)

// Exit codes of every command.
const (
	ExitConformant    = 0
	ExitNonconformant = 1
	ExitUsage         = 2
	ExitNoVerdict     = 3
)

// Mode is where the answers of a run came from.
type Mode string

// The modes of a run.
const (
	Live   Mode = "live"
	Record Mode = "record"
	Replay Mode = "replay"
)

// Statuses are the seven status paths in the order of the page.
var Statuses = []string{"202", "400", "401", "403", "404", "429", "500"}

// StatusSummary is what became of one status path.
type StatusSummary struct {
	// Exercised says that at least one requirement that the path decides was judged.
	Exercised bool `json:"exercised"`
	// Waived is the config's reason for doing without the path; empty when it is not waived.
	Waived string `json:"waived,omitempty"`
	Pass   int    `json:"pass"`
	Fail   int    `json:"fail"`
	Warn   int    `json:"warn"`
	Skip   int    `json:"skip"`
	Known  int    `json:"known"`
}

// Run is everything that a run found, ready to be reported.
type Run struct {
	// Tool is the version of this program.
	Tool string
	// Target is the base URL of the deployment under test.
	Target   string
	Mode     Mode
	Started  time.Time
	Duration time.Duration
	Strict   bool
	// Shard is the part of the cases that was sent, such as 3/16; empty for all of them.
	Shard string
	// Filtered says what a filter left out; empty when that is nothing.
	Filtered string
	// Ended is why the run stopped before its end; empty when it did not.
	Ended    string
	Verdict  Verdict
	ExitCode int
	// Reasons says in one sentence each why the verdict is not conformant, beyond the
	// failures themselves: a path that was not exercised, an entry of the baseline that
	// no longer fails, an interruption.
	Reasons []string
	// Notes are sentences worth reading that change nothing: a 429 that was waited out, say.
	Notes    []string
	Summary  map[Outcome]int
	Statuses map[string]*StatusSummary
	Results  []Result
	// Exchanges are in the order of their numbers; the first has the number 1.
	Exchanges []exchange.Exchange
	// Requirements holds the requirements of the results, by id.
	Requirements map[string]Requirement
}

// Exchange is the exchange of a result, or nil.
func (r *Run) Exchange(number int) *exchange.Exchange {
	if number < 1 || number > len(r.Exchanges) {
		return nil
	}
	return &r.Exchanges[number-1]
}

// String is the verdict with its exit code.
func (r *Run) String() string { return fmt.Sprintf("%s (exit %d)", r.Verdict, r.ExitCode) }
