package drift

import (
	"fmt"
	"slices"

	"conformance/internal/nearest"
	"conformance/internal/outcome"
)

// Report is what changed between two sides.
type Report struct {
	// Tool is the version of this program.
	Tool string
	// Operation is what was compared, such as "POST /accounts/{id}/unlock".
	Operation string
	Old, New  Name
	// FailOn is the least grade that makes the exit code 1.
	FailOn Threshold
	// Changes are sorted by grade, the worst first, and then by place.
	Changes []Change
	// Ignored are the changes that the ignore file excuses.
	Ignored []Ignored
	// Stale are sentences about entries of the ignore file that excuse nothing any more.
	Stale []string
	// Notes are sentences worth reading that change nothing.
	Notes []string
}

// Name says what one side of a report is.
type Name struct {
	Kind Kind
	// Name is the path as the user gave it, or "contract".
	Name string
}

// Ignored is a change and why it does not count.
type Ignored struct {
	Change
	Reason string
	// Until is the last day on which it does not count; empty for ever.
	Until string
}

// Threshold is the least grade that fails a comparison.
type Threshold string

// The thresholds, as the flag --fail-on names them.
const (
	OnBreaking Threshold = "breaking"
	OnNotable  Threshold = "notable"
	OnAny      Threshold = "any"
)

// thresholds gives the grades that fail at each threshold.
var thresholds = map[Threshold][]Grade{
	OnBreaking: {Breaking},
	OnNotable:  {Breaking, Notable},
	OnAny:      {Breaking, Notable, Harmless},
}

// ParseThreshold reads the value of --fail-on; the error says what it may be.
func ParseThreshold(text string) (Threshold, error) {
	if _, known := thresholds[Threshold(text)]; !known {
		names := []string{string(OnBreaking), string(OnNotable), string(OnAny)}
		return "", fmt.Errorf("unknown grade %q to fail on: %s", text, nearest.Advice(text, names))
	}
	return Threshold(text), nil
}

// newReport sorts the changes and takes each only once: two media types can share a schema.
func newReport(operation string, old, new Name, changes []Change) *Report {
	slices.SortStableFunc(changes, Change.compare)
	changes = slices.CompactFunc(changes, func(a, b Change) bool { return a.compare(b) == 0 })
	return &Report{Operation: operation, Old: old, New: new, FailOn: OnBreaking, Changes: changes}
}

// Graded are the changes of one grade.
func (r *Report) Graded(grade Grade) []Change {
	var changes []Change
	for _, change := range r.Changes {
		if change.Grade == grade {
			changes = append(changes, change)
		}
	}
	return changes
}

// Fails says whether a change of this grade makes the exit code 1.
func (r *Report) Fails(grade Grade) bool { return slices.Contains(thresholds[r.FailOn], grade) }

// ExitCode is 1 when a change is as bad as the threshold, or worse, and else 0.
func (r *Report) ExitCode() int {
	for _, change := range r.Changes {
		if r.Fails(change.Grade) {
			return outcome.ExitNonconformant
		}
	}
	return outcome.ExitConformant
}

// Summary counts the changes in one line.
func (r *Report) Summary() string {
	if len(r.Changes) == 0 && len(r.Ignored) == 0 {
		return "nothing changed"
	}
	text := fmt.Sprintf("%d breaking, %d notable, %d harmless",
		len(r.Graded(Breaking)), len(r.Graded(Notable)), len(r.Graded(Harmless)))
	if len(r.Ignored) > 0 {
		text += fmt.Sprintf(", %d ignored", len(r.Ignored))
	}
	return text
}
