package verify

import (
	"fmt"
	"io"
	"slices"
	"time"

	"conformance/internal/exchange"
	"conformance/internal/outcome"
	"conformance/internal/report"
)

// Reports are the kinds of report that are written to a file.
var Reports = report.Formats[*Report]{
	{Kind: report.JSON, Write: writeJSON},
	{Kind: report.JUnit, Write: writeJUnit},
	{Kind: report.HTML, Write: writeHTML},
}

// schemaVersion counts up whenever a script that reads the JSON report could break.
const schemaVersion = 1

// kind is what the JSON report calls itself.
const kind = "verify"

// document is the JSON report. The order of its members is part of the format.
type document struct {
	SchemaVersion int             `json:"schemaVersion"`
	Kind          string          `json:"kind"`
	Tool          documentTool    `json:"tool"`
	Paths         []string        `json:"paths"`
	Shard         string          `json:"shard,omitempty"`
	Started       time.Time       `json:"started"`
	DurationMs    int64           `json:"durationMs"`
	Verdict       outcome.Verdict `json:"verdict"`
	ExitCode      int             `json:"exitCode"`
	Strict        bool            `json:"strict"`
	Reasons       []string        `json:"reasons"`
	Notes         []string        `json:"notes"`
	Warnings      []string        `json:"warnings"`

	Interactions int                     `json:"interactions"`
	Judged       int                     `json:"judged"`
	Others       int                     `json:"notOfOperation"`
	Unrecorded   int                     `json:"notRecorded"`
	Statuses     map[string]int          `json:"statuses"`
	Summary      map[outcome.Outcome]int `json:"summary"`
	Results      []documentResult        `json:"results"`
	Suspects     []documentSuspect       `json:"suspects"`
}

type documentTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type documentResult struct {
	Requirement string            `json:"requirement"`
	Status      string            `json:"status"`
	Level       outcome.Level     `json:"level"`
	Outcome     outcome.Outcome   `json:"outcome"`
	Held        int               `json:"held"`
	Broken      int               `json:"broken"`
	Doubtful    int               `json:"doubtful"`
	Message     string            `json:"message,omitempty"`
	Examples    []documentExample `json:"examples,omitempty"`
}

type documentExample struct {
	File     string `json:"file"`
	Cassette string `json:"cassette"`
	Number   int    `json:"interaction"`
	Line     int    `json:"line,omitempty"`
	Exchange int    `json:"exchange"`
	Case     string `json:"case,omitempty"`
	Answered int    `json:"answered,omitempty"`
	Pointer  string `json:"pointer"`
	Expected string `json:"expected"`
	Actual   string `json:"actual"`
	More     int    `json:"more,omitempty"`
	Why      string `json:"why,omitempty"`
	Curl     string `json:"curl,omitempty"`
}

type documentSuspect struct {
	Rule   string   `json:"rule"`
	What   string   `json:"what"`
	Count  int      `json:"count"`
	Places []string `json:"places"`
}

// writeJSON writes the JSON report.
func writeJSON(w io.Writer, r *Report) error { return report.WriteJSON(w, newDocument(r)) }

func newDocument(r *Report) document {
	d := document{
		SchemaVersion: schemaVersion, Kind: kind, Tool: documentTool{"conformance", r.Tool},
		Paths: r.Paths, Shard: r.Part, Started: r.Started.UTC(), DurationMs: r.Duration.Milliseconds(),
		Verdict: r.Verdict, ExitCode: r.ExitCode, Strict: r.Strict,
		Reasons: listed(r.Reasons), Notes: listed(r.Notes), Warnings: listed(r.Warnings),
		Interactions: r.Interactions, Judged: r.Judged, Others: r.Others, Unrecorded: r.Unrecorded,
		Statuses: r.Statuses, Summary: map[outcome.Outcome]int{}, Results: []documentResult{}, Suspects: []documentSuspect{},
	}
	counts := r.Summary()
	for _, o := range []outcome.Outcome{outcome.Pass, outcome.Fail, outcome.Warn, outcome.Known, outcome.Skip} {
		d.Summary[o] = counts[o]
	}
	for _, found := range r.Requirements {
		result := documentResult{
			Requirement: found.ID, Status: found.Status, Level: found.Level, Outcome: found.Outcome,
			Held: found.Held, Broken: found.Broken, Doubtful: found.Doubtful, Message: found.Message,
		}
		for _, e := range found.Examples {
			result.Examples = append(result.Examples, newDocumentExample(e))
		}
		d.Results = append(d.Results, result)
	}
	for _, group := range r.Suspects {
		d.Suspects = append(d.Suspects, documentSuspect(group))
	}
	return d
}

func newDocumentExample(e Example) documentExample {
	return documentExample{
		File: e.Place.File, Cassette: e.Place.Cassette, Number: e.Place.Number, Line: e.Place.Line, Exchange: e.Place.Exchange,
		Case: e.Case, Answered: e.Answered, Pointer: e.Violation.Where,
		Expected: e.Violation.Expected, Actual: e.Violation.Seen, More: max(0, e.Violations-1), Why: e.Why, Curl: e.Curl,
	}
}

// listed makes a list encode as [] rather than null.
func listed(list []string) []string { return append([]string{}, list...) }

// writeJUnit writes the JUnit report: a test case for each requirement, and one more for each
// further example of what breaks it. It is that of a run with these results.
func writeJUnit(w io.Writer, r *Report) error {
	i := slices.IndexFunc(report.Run, func(f report.Format[*outcome.Run]) bool { return f.Kind == report.JUnit })
	return report.Run[i].Write(w, r.run())
}

// trafficCase stands where the report of a run has the name of a case.
const trafficCase = "recorded traffic"

// run is the report as that of a run.
func (r *Report) run() *outcome.Run {
	run := &outcome.Run{
		Tool: r.Tool, Target: "recorded traffic", Mode: outcome.Replay, Started: r.Started, Duration: r.Duration, Strict: r.Strict,
		Verdict: r.Verdict, ExitCode: r.ExitCode, Reasons: r.Reasons, Requirements: map[string]outcome.Requirement{},
	}
	for _, found := range r.Requirements {
		run.Requirements[found.ID] = found.Requirement
		base := outcome.Result{
			Requirement: found.ID, Case: trafficCase, Status: found.Status, Level: found.Level, Outcome: found.Outcome, Message: found.Message,
		}
		if len(found.Examples) == 0 {
			run.Results = append(run.Results, base)
		}
		for i, e := range found.Examples {
			result := base
			if i > 0 {
				result.Case = fmt.Sprintf("%s, example %d", trafficCase, i+1)
			}
			result.Message += "; " + e.Place.String()
			result.Pointer, result.Expected, result.Actual = e.Violation.Where, e.Violation.Expected, e.Violation.Seen
			if e.Exchange.Request.Method != "" {
				run.Exchanges = append(run.Exchanges, untimed(e.Exchange))
				result.Exchange = len(run.Exchanges)
			}
			run.Results = append(run.Results, result)
		}
	}
	return run
}

// untimed is an exchange that took no time: that was spent when it was recorded.
func untimed(e exchange.Exchange) exchange.Exchange {
	e.Duration = 0
	return e
}
