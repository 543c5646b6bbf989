package verify

import (
	"fmt"
	"slices"
	"time"

	"conformance/internal/contract"
	"conformance/internal/outcome"
	"conformance/internal/report"
	"conformance/internal/shard"
)

// ReadReport reads a JSON report of this package: all of it but the examples' exchanges, of which
// the curl lines are left. The error is one sentence that names the file.
func ReadReport(file string) (*Report, error) {
	var d document
	if err := report.ReadDocument(file, kind, schemaVersion, &d); err != nil {
		return nil, err
	}
	return d.report(), nil
}

func (d document) report() *Report {
	r := &Report{
		Tool: d.Tool.Version, Paths: d.Paths, Part: d.Shard, Strict: d.Strict, Started: d.Started,
		Duration:     time.Duration(d.DurationMs) * time.Millisecond,
		Interactions: d.Interactions, Judged: d.Judged, Others: d.Others, Unrecorded: d.Unrecorded,
		Statuses: d.Statuses, Warnings: d.Warnings, Verdict: d.Verdict, ExitCode: d.ExitCode, Reasons: d.Reasons, Notes: d.Notes,
	}
	for _, group := range d.Suspects {
		r.Suspects = append(r.Suspects, SuspectGroup(group))
	}
	for _, result := range d.Results {
		found := Requirement{
			Requirement: outcome.Requirement{ID: result.Requirement, Status: result.Status, Level: result.Level},
			Outcome:     result.Outcome, Held: result.Held, Broken: result.Broken, Doubtful: result.Doubtful, Message: result.Message,
		}
		for _, e := range result.Examples {
			found.Examples = append(found.Examples, Example{
				Place:     Place{File: e.File, Cassette: e.Cassette, Number: e.Number, Line: e.Line, Exchange: e.Exchange},
				Violation: contract.Violation{Where: e.Pointer, Expected: e.Expected, Seen: e.Actual}, Violations: e.More + 1,
				Why: e.Why, Answered: e.Answered, Case: e.Case, Curl: e.Curl,
			})
		}
		r.Requirements = append(r.Requirements, found)
	}
	return r
}

// Merge puts the reports of all parts of some traffic together. Requirements gives the sentences
// of the requirements, baseline what is excused. A part that is missing leaves no verdict unless
// something is broken. It returns an error, one sentence, for what are no parts of one whole.
func Merge(parts []*Report, find func(id string) (outcome.Requirement, bool), baseline *outcome.Baseline, now time.Time) (*Report, error) {
	var given []string
	for _, part := range parts {
		given = append(given, part.Part)
	}
	missing, err := shard.Missing(given)
	if err != nil {
		return nil, err
	}
	first := parts[0]
	whole := &Report{Tool: first.Tool, Paths: first.Paths, Strict: first.Strict, Started: first.Started, Statuses: map[string]int{}}
	tallies := map[string]*tally{}
	for i, part := range parts {
		if !slices.Equal(part.Paths, whole.Paths) || part.Strict != whole.Strict || len(part.Requirements) != len(first.Requirements) {
			return nil, fmt.Errorf("report %d of %d is of other traffic, or of another filter, than the first", i+1, len(parts))
		}
		whole.take(part, tallies)
	}
	v := &verification{report: whole, tallies: tallies, suspects: suspects{}}
	var results []outcome.Result
	for _, listed := range first.Requirements {
		requirement, known := find(listed.ID)
		if !known {
			return nil, fmt.Errorf("no requirement is called %q: another version of this program wrote the reports", listed.ID)
		}
		found := v.found(requirement)
		whole.Requirements = append(whole.Requirements, found)
		results = append(results, outcome.Result{Requirement: listed.ID, Level: listed.Level, Outcome: found.Outcome, Message: found.Message})
	}
	stale := baseline.Apply(results, now)
	for i, result := range results {
		whole.Requirements[i].Outcome, whole.Requirements[i].Message = result.Outcome, result.Message
	}
	if len(missing) > 0 {
		stale = nil
	}
	whole.decide(stale)
	if text := shard.MissingText(missing); text != "" {
		whole.Reasons = append(whole.Reasons, text)
		if whole.ExitCode == outcome.ExitConformant {
			whole.Verdict, whole.ExitCode = outcome.Incomplete, outcome.ExitNoVerdict
		}
	}
	return whole, nil
}

// take adds what a part found.
func (r *Report) take(part *Report, tallies map[string]*tally) {
	r.Duration = max(r.Duration, part.Duration)
	r.Interactions += part.Interactions
	r.Judged += part.Judged
	r.Others += part.Others
	r.Unrecorded += part.Unrecorded
	for status, count := range part.Statuses {
		r.Statuses[status] += count
	}
	for _, warning := range part.Warnings {
		if !slices.Contains(r.Warnings, warning) {
			r.Warnings = append(r.Warnings, warning)
		}
	}
	for _, group := range part.Suspects {
		i := slices.IndexFunc(r.Suspects, func(known SuspectGroup) bool { return known.Rule == group.Rule })
		if i < 0 {
			r.Suspects = append(r.Suspects, group)
			continue
		}
		r.Suspects[i].Count += group.Count
	}
	for _, found := range part.Requirements {
		t := tallies[found.ID]
		if t == nil {
			t = &tally{}
			tallies[found.ID] = t
		}
		t.held += found.Held
		t.broken += found.Broken
		t.doubtful += found.Doubtful
		t.examples = append(t.examples, found.Examples[:min(len(found.Examples), mostExamples-len(t.examples))]...)
	}
}
